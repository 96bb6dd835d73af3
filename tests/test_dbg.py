from datetime import date
from meks_geo import state, queries
from meks_geo.view import decode
def test_x(world):
    first, second = "astana-chp-3-phase-1", "astana-chp-3-phase-2"
    told=world((first,"status","construction","2025-01-01"),(second,"status","design","2025-01-01"))
    for s in ("construction","design","construction,design"):
        v=decode("status="+s,today=date(2026,11,21))[0]
        st=state.as_of(told,v.at)
        a,b=queries._masks(told,st,v)
        print(s, v.status, {k:m.sum() for k,m in a.items()}, {k:m.sum() for k,m in b.items()}, st.projects.status[b['status']].to_dict())
        print(queries._pass(told,st,v)[0].sum())
    assert 0

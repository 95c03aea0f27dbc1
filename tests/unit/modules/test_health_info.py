def test_x(lab):
    c = lab()
    import json
    r = c.run("health_info", smb=True)
    print(json.dumps(r, indent=1))
    r = c.run("cluster_tag", key="a", value="b")
    print(json.dumps(r, indent=1))
    r = c.run("rest", path="cluster/nodes", fields=["name"])
    print(json.dumps(r, indent=1))

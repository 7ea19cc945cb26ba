"""The scenes of the demo pictures. Run: python scenes.py OUT [name ...]"""
import json
import math
import random
import sys
from pathlib import Path

import bpy
from studio import *

OUT = Path(sys.argv[1])
CORNERS = {}

def gravel():
    ground(14, earth(scale=1.5), rough=0.12, cuts=8, scale=0.5)
    plain(earth(scale=0.3))
    stones(320, (1.5, 1.5, 0.012), 0.1, earth((0.42, 0.36, 0.30), (0.22, 0.18, 0.15), 3))

def plate_uv(size, at, material, turn):
    bpy.ops.mesh.primitive_plane_add(size=1, location=at, rotation=[math.radians(a) for a in turn])
    obj = bpy.context.object
    obj.scale = (*size, 1)
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    return wear(obj, material)

def boom(cracked):
    empty_studio(4)
    outdoors(38, 200, dust=4)
    masks = OUT / "tear.png"
    crack_mask(masks, [(1010, 640), (1120, 980), (1060, 1290)], 7, 4)
    m = paint(YELLOW, 0.85, 1.6)
    base = m.bsdf.inputs["Base Color"].links[0].from_socket
    if cracked:
        crack, rust = m.image(masks), m.image(masks.with_suffix(".rust.png"))
        stain = m.math("MULTIPLY", rust, m.noise(16, 0.28, 0.5, detail=12, stretch=(1, 1, 0.5)))
        col = m.mix(m.math("MULTIPLY", stain, 0.95), base, (0.10, 0.035, 0.012))
        col = m.mix(crack, col, (0.004, 0.003, 0.003))
        m.use(Base_Color=col)
        m.bump(m.math("SUBTRACT", 1, crack), 1.0, 0.03)
    else:
        band = m.math("MULTIPLY", m.axis("X", -0.21, -0.17), m.math("SUBTRACT", 1, m.axis("X", 0.16, 0.21)))
        band = m.math("MULTIPLY", band, m.noise(30, 0.2, 0.36))
        col = m.mix(band, base, (0.19, 0.185, 0.18))
        m.use(Base_Color=col)
    plate_uv((2.2, 2.2), (0, 0, 0), m, (90, 0, 0))
    box((3, 0.3, 0.05), (0, 0.02, 0.62), paint(YELLOW, 0.7), 0.01)
    pinned = paint(YELLOW, 0.6)
    tube(0.22, 0.09, (-0.34, -0.03, 0.2), pinned, (90, 0, 0), 0.012)
    tube(0.10, 0.14, (-0.34, -0.05, 0.2), steel(rust=0.5), (90, 0, 0), 0.01)
    for i in range(6):
        a = i * math.pi / 3 + 0.3
        tube(0.018, 0.03, (-0.34 + 0.16 * math.cos(a), -0.085, 0.2 + 0.16 * math.sin(a)), steel(rust=0.6), (90, 0, 0), 0.003, 6)
    fish = steel((0.16, 0.14, 0.12), (0.5, 0.8), 0.8)
    weld((-1, -0.004, 0.592), (1, -0.004, 0.592), fish, 0.013, 0.009)
    if not cracked:
        fresh = steel((0.30, 0.28, 0.27), (0.3, 0.5), 0.08)
        for x in (-0.011, 0.011):
            pts = [(0.0 + x, -0.002, 0.36), (0.05 + x, -0.002, 0.06), (0.02 + x, -0.002, -0.26)]
            weld(pts[0], pts[1], fresh, 0.0145, 0.0065)
            weld(pts[1], pts[2], fresh, 0.0145, 0.0065)
    pipe([(0.62, -0.10, 0.9), (0.6, -0.12, 0.4), (0.66, -0.13, 0.0), (0.6, -0.1, -0.9)], 0.024, rubber())
    pipe([(0.70, -0.08, 0.9), (0.69, -0.09, 0.4), (0.73, -0.1, 0.0), (0.70, -0.1, -0.9)], 0.024, rubber(dust=.7))
    box((0.2, 0.05, 0.05), (0.66, -0.1, 0.3), steel(rust=0.7), 0.005)
    if cracked:
        camera((-0.30, -1.10, 0.22), (0.07, 0, 0.05), 33, 5, roll=-3)
    else:
        camera((0.34, -1.02, 0.16), (0.02, 0, 0.08), 33, 5, roll=4)
    shoot("crack" if cracked else "welded", OUT)

def cylinder(leaking):
    empty_studio(8)
    outdoors(48, 150, dust=4)
    gravel()
    body = paint(YELLOW, 0.8, 1.2)
    if leaking:
        near = body.math("SUBTRACT", 1, body.axis("Z", 0.28, 0.62))
        wet = body.math("MULTIPLY", near, body.noise(9, 0.30, 0.52, stretch=(1, 1, 0.3), detail=6))
        base = body.bsdf.inputs["Base Color"].links[0].from_socket
        body.use(Base_Color=body.mix(wet, base, (0.02, 0.012, 0.006)), Roughness=body.value(wet, 0.65, 0.12))
    lean = (8, 52, 0)
    def along(t, r=0.0):
        a, b = math.radians(52), 0
        return (t * math.sin(a), r, 1.05 + t * math.cos(a))
    tube(0.15, 1.5, along(0.85), body, (0, 52 + 180, 0), 0.01)
    gland = steel((0.07, 0.06, 0.055), (0.15, 0.4), 0.25) if leaking else paint((0.03, 0.03, 0.03), 0.2)
    tube(0.172, 0.16, along(0.04), gland, (0, 52, 0), 0.012)
    for i in range(10):
        a = i * math.pi / 5
        ca, sa = 0.142 * math.cos(a), 0.142 * math.sin(a)
        x, y, z = along(-0.055)
        k = math.radians(52)
        tube(0.017, 0.045, (x + ca * math.cos(k), y + sa, z - ca * math.sin(k)), steel(rust=0.4), (0, 52, 0), 0.003, 6)
    ring(0.088, 0.014, along(-0.045), rubber(), (0, 52, 0))
    rod = Material("rod").set(Base_Color=(0.72, 0.72, 0.74, 1), Metallic=1.0, Roughness=0.09)
    if leaking:
        film = rod.noise(7, 0.42, 0.6, stretch=(1, 1, 0.35))
        rod.use(Base_Color=rod.mix(film, (0.66, 0.66, 0.68), (0.12, 0.07, 0.03)), Roughness=rod.value(film, 0.08, 0.3))
    tube(0.085, 1.7, along(-0.85), rod, (0, 52, 0), 0.002)
    if leaking:
        oil = Material("oil").set(Base_Color=(0.035, 0.018, 0.006, 1), Roughness=0.04, Coat_Weight=1.0)
        for x, length in ((0.0, 0.05), (0.045, 0.3), (-0.22, 0.04)):
            px, _, pz = along(x)
            y = random.uniform(-0.05, 0.02)
            bottom = pz - 0.165 / math.cos(math.radians(38)) * 0.8
            pipe([(px, y, bottom + 0.04), (px, y, bottom), (px, y, bottom - length * 0.6), (px, y, bottom - length)], 0.0028, oil)
            bpy.ops.mesh.primitive_uv_sphere_add(radius=0.009, location=(px, y, bottom - length))
            wear(smooth(bpy.context.object), oil).scale = (1, 1, 1.5)
        pool = Material("pool").set(Base_Color=(0.012, 0.007, 0.004, 1), Roughness=0.05)
        blob(0.5, (-0.05, 0, 0.042), pool)
    box((0.5, 0.5, 2.6), (1.0, 1.0, 1.2), paint(YELLOW, 0.8), 0.02, (0, 20, 10))
    box((3.4, 0.7, 0.9), (0.5, 2.4, 0.5), rubber((0.03, 0.03, 0.03), 0.8), 0.2)
    pipe([(0.55, -0.2, 1.75), (0.3, -0.25, 1.5), (0.35, -0.22, 1.2), (0.9, 0.1, 1.0)], 0.028, rubber(dust=0.6))
    if leaking:
        camera((-0.42, -1.16, 1.10), (0.06, 0, 1.02), 32, 4, roll=5)
    else:
        camera((-0.60, -1.2, 1.28), (0.0, 0, 1.02), 32, 4, roll=-3)
    shoot("leak" if leaking else "sealed", OUT)

def bucket(new):
    empty_studio(15)
    outdoors(42, 210 if new else 140, dust=5)
    gravel()
    shell = paint((0.62, 0.31, 0.03), 1.0, 1.2) if not new else paint((0.62, 0.31, 0.03), 0.8, 1.2)
    worn = steel((0.30, 0.28, 0.25), (0.28, 0.55), 0.35)
    fresh = paint((0.035, 0.035, 0.04), 0.15, wear=False) if new else worn
    curve = [(0.0, 0.0), (0.5, -0.02), (0.9, 0.08), (1.2, 0.32), (1.32, 0.66), (1.28, 1.0), (1.22, 1.0), (1.25, 0.66), (1.14, 0.36), (0.87, 0.14), (0.5, 0.05), (0.0, 0.06)]
    wide = 1.9
    slab(curve, wide, shell, (0, 0, 0.28), 0.008)
    side = [(0.02, 0.0), (0.5, -0.02), (0.9, 0.08), (1.2, 0.32), (1.32, 0.66), (1.28, 1.0), (0.95, 0.98), (0.25, 0.3)]
    for y in (-wide / 2, wide / 2):
        slab(side, 0.05, shell, (0, y, 0.28), 0.008)
    for i in range(5):
        y = -wide / 2 + 0.16 + i * (wide - 0.32) / 4
        slab([(0.16, -0.045), (-0.16, -0.02), (-0.2, 0.03), (-0.16, 0.08), (0.2, 0.115)], 0.16, shell if not new else worn, (0, y, 0.28), 0.018)
        long = 0.30 if new else random.uniform(0.06, 0.14)
        blunt = 0.012 if new else random.uniform(0.03, 0.05)
        if not new and i == 3:
            continue
        slab([(-0.11, -0.06), (-0.18 - long * 0.5, -0.045), (-0.18 - long, 0.03 - blunt), (-0.185 - long, 0.03), (-0.18 - long, 0.03 + blunt), (-0.18 - long * 0.5, 0.088), (-0.11, 0.115)],
             0.145 if new else random.uniform(0.125, 0.14), fresh, (0, y, 0.28), 0.007 if new else 0.024)
        tube(0.02, 0.17, (-0.135, y, 0.31), steel(rust=0.2), (90, 0, 0), 0.002)
    ground(3, earth((0.25, 0.18, 0.12), (0.12, 0.08, 0.05), 2), 0.16, 7, (1.4, 0, 0.38), 0.4)
    if new:
        camera((-1.30, -1.25, 0.98), (0.1, -0.12, 0.36), 28, 4.5, roll=2)
    else:
        camera((-1.32, -0.98, 0.88), (0.05, 0.0, 0.36), 30, 4.5, roll=-4)
    shoot("teeth_new" if new else "teeth_worn", OUT)

def seals():
    empty_studio(23)
    outdoors(55, 230, dust=3)
    board = Material("board")
    board.use(Base_Color=board.mix(board.noise(3, 0.3, 0.7, stretch=(1, 14, 1)), (0.42, 0.30, 0.19), (0.30, 0.20, 0.12)))
    stain = board.noise(2.2, 0.55, 0.66, detail=6, offset=4)
    base = board.bsdf.inputs["Base Color"].links[0].from_socket
    board.use(Base_Color=board.mix(stain, base, (0.05, 0.035, 0.025)), Roughness=board.value(stain, 0.85, 0.35))
    board.bump(board.noise(6, 0.2, 0.8, stretch=(1, 20, 1)), 0.15, 0.004)
    box((3, 3, 0.04), (0, 0, -0.02), board)
    dark = rubber((0.018, 0.016, 0.015), 0.15)
    ring(0.135, 0.013, (-0.13, 0.02, 0.014), dark)
    ring(0.112, 0.009, (0.14, 0.09, 0.010), rubber((0.06, 0.015, 0.01), 0.2))
    ring(0.085, 0.011, (0.09, -0.13, 0.012), dark, (4, 3, 0))
    ring(0.100, 0.006, (0.31, -0.09, 0.02), Material("ptfe").set(Base_Color=(0.30, 0.20, 0.07, 1), Roughness=0.5), (8, 0, 0))
    box((0.05, 0.026, 0.003), (-0.04, -0.085, 0.023), board, 0.001, (0, -30, 40))
    slab([(0.0, 0), (0.05, 0.004), (0.035, 0.016), (0.005, 0.014)], 0.012, dark, (-0.245, -0.075, 0.006), 0.002, (0, 0, 60))
    tube(0.011, 0.34, (0.22, 0.27, 0.012), steel(rust=0.1), (90, 0, 62))
    box((0.05, 0.032, 0.012), (0.385, 0.355, 0.014), steel(rust=0.1), 0.004, (0, 0, -28))
    pool = Material("pool").set(Base_Color=(0.02, 0.012, 0.006, 1), Roughness=0.06, Alpha=0.92)
    blob(0.06, (-0.13, -0.12, 0.0012), pool)
    camera((0.03, -0.52, 0.60), (0.02, 0.03, 0), 31, 6, roll=3)
    shoot("seals", OUT)

def hose():
    empty_studio(31)
    outdoors(35, 150, dust=5)
    gravel()
    for k, (dx, burst) in enumerate(((0, True), (0.16, False), (0.33, False))):
        skin = rubber((0.022, 0.022, 0.022), 0.55)
        if burst:
            tear = skin.math("MULTIPLY", skin.noise(60, 0.46, 0.56, detail=3), skin.math("SUBTRACT", 1, skin.axis("Z", 1.0, 1.16)))
            tear = skin.math("MULTIPLY", tear, skin.axis("Z", 0.80, 0.94))
            base = skin.bsdf.inputs["Base Color"].links[0].from_socket
            skin.use(Base_Color=skin.mix(tear, base, (0.40, 0.34, 0.25)))
            wet = skin.math("MULTIPLY", skin.noise(7, 0.35, 0.5), skin.math("SUBTRACT", 1, skin.axis("Z", 0.6, 1.0)))
            skin.use(Roughness=skin.value(wet, 0.7, 0.08)).bump(tear, 1, 0.03)
        pipe([(-0.25 + dx, -0.05, 1.9), (-0.2 + dx, -0.1, 1.5), (-0.02 + dx, -0.16, 1.05), (0.0 + dx, -0.12, 0.75), (0.0 + dx, -0.05, 0.5)], 0.042, skin)
        tube(0.05, 0.14, (dx, -0.05, 0.55), steel((0.55, 0.5, 0.38), (0.25, 0.4), 0.35), (6, 0, 0))
        tube(0.058, 0.06, (dx, -0.045, 0.45), steel((0.5, 0.46, 0.36), (0.25, 0.4), 0.3), (6, 0, 0), 0.004, 6)
        tube(0.045, 0.2, (dx, -0.04, 0.36), steel(rust=0.5), (6, 0, 0))
    box((1.1, 0.3, 0.14), (0.15, 0.03, 0.26), paint(YELLOW, 0.7), 0.02)
    box((2.4, 0.08, 2.4), (0.2, 0.5, 1.1), paint(YELLOW, 0.9, 0.8), 0.02)
    for x, z in ((-0.5, 0.7), (0.75, 0.7), (-0.5, 1.5), (0.75, 1.5)):
        tube(0.03, 0.04, (x, 0.45, z), steel(rust=0.7), (90, 0, 0), 0.003, 6)
    oil = Material("oil").set(Base_Color=(0.03, 0.016, 0.006, 1), Roughness=0.05, Coat_Weight=1.0)
    for i in range(40):
        bpy.ops.mesh.primitive_uv_sphere_add(radius=random.uniform(0.003, 0.009), location=(random.gauss(0.05, 0.2), 0.455, random.gauss(0.95, 0.18)), segments=12, ring_count=8)
        wear(bpy.context.object, oil).scale = (1, 0.4, random.uniform(1, 3))
    for x, z in ((0.02, 0.9), (-0.09, 0.84), (0.12, 0.95), (0.2, 0.8)):
        pipe([(x, 0.457, z), (x, 0.457, z - 0.1), (x + 0.004, 0.457, z - 0.25), (x, 0.457, z - 0.4)], 0.004, oil)
    camera((-0.42, -1.16, 1.12), (0.08, -0.02, 0.88), 34, 3.5, roll=4)
    shoot("hose", OUT)

def nameplate():
    empty_studio(42)
    outdoors(50, 190, dust=3)
    plate_uv((3, 3), (0, 0, 0), paint(YELLOW, 0.5, 6), (90, 0, 0))
    alu = Material("alu")
    alu.use(Base_Color=alu.mix(alu.noise(14, 0.4, 0.75, detail=12), (0.62, 0.62, 0.61), (0.30, 0.25, 0.19)),
            Roughness=alu.value(alu.noise(40, 0.3, 0.7, stretch=(0.05, 1, 1)), 0.32, 0.55)).set(Metallic=0.75)
    alu.bump(alu.noise(200, 0.2, 0.8, stretch=(0.03, 1, 1)), 0.06, 0.0006)
    w, h = 0.30, 0.20
    box((w, 0.003, h), (0, -0.0015, 0), alu, 0.0012)
    for x in (-1, 1):
        for z in (-1, 1):
            bpy.ops.mesh.primitive_uv_sphere_add(radius=0.0055, location=(x * (w / 2 - 0.010), -0.003, z * (h / 2 - 0.010)))
            wear(smooth(bpy.context.object), steel(rust=0.35, scale=6)).scale = (1, 0.55, 1)
    camera((-0.085, -0.33, 0.055), (0.004, 0, -0.004), 30, 5, roll=-2.5)
    CORNERS["nameplate"] = None
    shoot("nameplate", OUT)
    CORNERS["nameplate"] = [in_picture((x * w / 2, -0.003, z * h / 2)) for x, z in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
    (OUT / "corners.json").write_text(json.dumps(CORNERS))

def machine(name, seed, sun, cam, look, lens, roll, boom_up=True):
    empty_studio(seed)
    outdoors(26, sun, dust=6)
    ground(120, earth((0.40, 0.31, 0.22), (0.25, 0.18, 0.12), 0.15), 0.5, 8, scale=5)
    ground(240, earth((0.38, 0.30, 0.23), (0.24, 0.18, 0.13), 0.05), 26, 7, (20, 120, -6), 34)
    plain(earth(scale=0.05), -3)
    stones(150, (9, 9, 0.05), 0.4, earth((0.42, 0.35, 0.28), (0.22, 0.17, 0.13), 0.6))
    body, dark, glass = paint(YELLOW, 0.55, 0.35), rubber((0.03, 0.03, 0.03), 0.8), Material("glass").set(Base_Color=(0.02, 0.025, 0.03, 1), Roughness=0.08)
    grey = paint((0.05, 0.05, 0.055), 0.6, 0.4)
    track = [(-2.3, 0.45), (-2.1, 0.1), (-1.7, 0.02), (1.7, 0.02), (2.1, 0.1), (2.3, 0.45), (2.1, 0.85), (1.7, 0.95), (-1.7, 0.95), (-2.1, 0.85)]
    for y in (-1.25, 1.25):
        slab(track, 0.6, dark, (0, y, 0.05), 0.05)
        slab([(x * 0.8, 0.25 + z * 0.5) for x, z in track], 0.66, grey, (0, y, 0.05), 0.05)
        for i in range(36):
            x = -2.0 + i * 4.0 / 35
            for z in (0.04, 1.0):
                box((0.07, 0.62, 0.05), (x, y, 0.05 + z), dark, 0.01)
        for i in range(6):
            tube(0.16, 0.68, (-1.6 + i * 0.64, y, 0.24), steel(rust=0.6), (90, 0, 0), 0.02)
    tube(0.9, 0.3, (0, 0, 1.12), grey)
    box((3.6, 2.6, 0.25), (-0.55, 0, 1.35), body, 0.05)
    slab([(-2.6, 1.45), (-2.75, 1.7), (-2.7, 2.35), (-2.4, 2.55), (0.1, 2.55), (0.2, 1.45)], 2.5, body, (0, 0.02, 0), 0.1)
    slab([(-2.72, 1.5), (-2.86, 1.75), (-2.8, 2.2), (-2.3, 2.2), (-2.3, 1.5)], 2.6, grey, (0, 0, 0), 0.12)
    for i in range(7):
        box((0.9, 0.02, 0.04), (-1.4, -1.245, 1.75 + i * 0.09), grey, 0.005)
    slab([(0.15, 1.45), (0.15, 3.05), (0.35, 3.15), (1.15, 3.12), (1.35, 2.2), (1.3, 1.45)], 1.0, body, (0.02, -0.72, 0), 0.06)
    slab([(0.28, 1.95), (0.28, 2.95), (1.08, 2.98), (1.24, 2.2), (1.2, 1.95)], 1.03, glass, (0.02, -0.72, 0), 0.03)
    box((0.06, 0.9, 0.9), (1.30, -0.72, 2.4), glass, 0.02, (0, -11, 0))
    tube(0.06, 0.7, (-1.6, 0.5, 2.8), grey, bevel=0.02)
    arm = [(0.5, 1.6), (0.9, 1.5), (2.3, 3.3), (4.6, 4.0), (4.7, 4.25), (2.1, 3.9), (0.6, 2.05)]
    slab(arm, 0.55, body, (0, 0.25, 0), 0.04)
    slab([(4.3, 4.5), (4.65, 4.55), (5.0, 3.9), (5.5, 1.5), (5.2, 1.45), (4.5, 3.8)], 0.42, body, (0, 0.25, 0), 0.04)
    for y in (-0.12, 0.62):
        pipe([(1.1, y, 1.7), (1.5, y, 2.2), (1.9, y, 2.7), (2.35, y, 3.35)], 0.12, body)
        pipe([(2.0, y, 2.85), (2.2, y, 3.15), (2.4, y, 3.45), (2.6, y, 3.7)], 0.07, steel(rust=0, rough=(0.08, 0.15)))
    pipe([(2.6, 0.25, 4.25), (3.0, 0.25, 4.4), (3.5, 0.25, 4.5), (3.9, 0.25, 4.55)], 0.11, body)
    pipe([(3.7, 0.25, 4.53), (4.0, 0.25, 4.55), (4.2, 0.25, 4.55), (4.45, 0.25, 4.52)], 0.06, steel(rust=0, rough=(0.08, 0.15)))
    pipe([(4.95, 0.25, 4.05), (5.2, 0.25, 3.4), (5.4, 0.25, 2.8), (5.55, 0.25, 2.1)], 0.09, body)
    slab([(5.15, 1.6), (5.6, 1.55), (5.75, 1.0), (5.5, 0.45), (5.0, 0.25), (4.5, 0.35), (4.55, 0.55), (5.0, 0.75)], 1.3, grey, (0, 0.25, 0), 0.04)
    for i in range(5):
        slab([(4.55, 0.33), (4.2, 0.42), (4.55, 0.5)], 0.12, steel(rust=0.3), (0, -0.25 + i * 0.25, 0), 0.01)
    bpy.ops.mesh.primitive_uv_sphere_add(radius=1, location=(5.3, 1.4, 0))
    heap = bpy.context.object
    heap.scale = (3.2, 2.2, 0.9)
    wear(heap, earth((0.36, 0.28, 0.2), (0.2, 0.14, 0.1), 1))
    mod = heap.modifiers.new("s", "SUBSURF"); mod.levels = mod.render_levels = 3
    tex = bpy.data.textures.new("h", "CLOUDS"); tex.noise_scale = 0.4
    mod = heap.modifiers.new("d", "DISPLACE"); mod.texture, mod.strength = tex, 0.4
    haze = bpy.data.worlds["sky"]
    camera(cam, look, lens, 16, roll=roll)
    shoot(name, OUT)

SCENES = {
    "crack": lambda: boom(True), "welded": lambda: boom(False), "leak": lambda: cylinder(True), "sealed": lambda: cylinder(False),
    "teeth_worn": lambda: bucket(False), "teeth_new": lambda: bucket(True), "seals": seals, "hose": hose, "nameplate": nameplate,
    "machine": lambda: machine("machine", 51, 235, (4.6, -8.6, 1.7), (1.3, 0, 2.15), 25, 1.5),
}
if __name__ == "__main__":
    for name in sys.argv[2:] or SCENES:
        SCENES[name]()

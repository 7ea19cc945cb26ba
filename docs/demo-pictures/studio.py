"""Blender's tools for the demo pictures: materials, light, camera, film."""

import math
import random
from pathlib import Path

import bpy
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from PIL import Image, ImageDraw, ImageFilter

SIZE = (960, 720)
YELLOW = (0.78, 0.39, 0.02)


def empty_studio(seed):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    random.seed(seed)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 36
    scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold = True, 0.03
    scene.cycles.use_denoising = True
    scene.cycles.max_bounces = 6
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Punchy"
    return scene


def outdoors(elevation=40, rotation=120, strength=0.3, dust=3.0, sun=0.45, exposure=-0.3):
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    sky = nodes.new("ShaderNodeTexSky")
    sky.sky_type = "NISHITA"
    sky.sun_elevation, sky.sun_rotation = math.radians(elevation), math.radians(rotation)
    sky.sun_intensity, sky.dust_density, sky.sun_size = sun, dust, math.radians(1.5)
    # Towards and below its horizon this sky is black: haze takes its place there.
    split, haze, mix = (nodes.new(f"ShaderNode{n}") for n in ("SeparateXYZ", "MapRange", "Mix"))
    mix.data_type, haze.interpolation_type = "RGBA", "SMOOTHSTEP"
    haze.inputs["From Min"].default_value, haze.inputs["From Max"].default_value = 0.0, 0.16
    links.new(nodes.new("ShaderNodeTexCoord").outputs["Generated"], split.inputs[0])
    links.new(split.outputs["Z"], haze.inputs["Value"])
    links.new(haze.outputs[0], mix.inputs["Factor"])
    mix.inputs[6].default_value = (3.6, 3.7, 3.7, 1)
    links.new(sky.outputs[0], mix.inputs[7])
    links.new(mix.outputs[2], nodes["Background"].inputs[0])
    nodes["Background"].inputs[1].default_value = strength
    bpy.context.scene.view_settings.exposure = exposure


def camera(at, look, lens=28, fstop=4.0, focus=None, roll=0.0):
    data = bpy.data.cameras.new("phone")
    cam = bpy.data.objects.new("phone", data)
    bpy.context.collection.objects.link(cam)
    cam.location = at
    direction = Vector(look) - Vector(at)
    cam.rotation_euler = direction.to_track_quat("-Z", "Y").to_euler()
    cam.rotation_euler.rotate_axis("Z", math.radians(roll))
    data.lens = lens
    data.dof.use_dof = True
    data.dof.focus_distance = (Vector(focus or look) - Vector(at)).length
    data.dof.aperture_fstop = fstop
    bpy.context.scene.camera = cam
    return cam


class Material:
    """Builds a node material step by step."""

    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.nodes, self.links = self.material.node_tree.nodes, self.material.node_tree.links
        self.bsdf = self.nodes["Principled BSDF"]
        self.place = self.nodes.new("ShaderNodeTexCoord").outputs["Object"]

    def set(self, **values):
        for name, value in values.items():
            self.bsdf.inputs[name.replace("_", " ")].default_value = value
        return self

    def noise(self, scale, low=0.4, high=0.6, detail=8, stretch=(1, 1, 1), rough=0.6, offset=0):
        mapping = self.nodes.new("ShaderNodeMapping")
        mapping.inputs["Scale"].default_value = stretch
        mapping.inputs["Location"].default_value = (offset, offset * 2, offset * 3)
        self.links.new(self.place, mapping.inputs["Vector"])
        tex = self.nodes.new("ShaderNodeTexNoise")
        tex.inputs["Scale"].default_value = scale
        tex.inputs["Detail"].default_value = detail
        tex.inputs["Roughness"].default_value = rough
        self.links.new(mapping.outputs[0], tex.inputs["Vector"])
        return self.ramp(tex.outputs["Fac"], low, high)

    def ramp(self, source, low, high):
        node = self.nodes.new("ShaderNodeMapRange")
        node.interpolation_type = "SMOOTHSTEP"
        node.inputs["From Min"].default_value, node.inputs["From Max"].default_value = low, high
        self.links.new(source, node.inputs["Value"])
        return node.outputs[0]

    def edges(self, low=0.53, high=0.6):
        return self.ramp(self.nodes.new("ShaderNodeNewGeometry").outputs["Pointiness"], low, high)

    def axis(self, name, low, high):
        split = self.nodes.new("ShaderNodeSeparateXYZ")
        self.links.new(self.place, split.inputs[0])
        return self.ramp(split.outputs[name], low, high)

    def up(self, low=0.3, high=1.0):
        split = self.nodes.new("ShaderNodeSeparateXYZ")
        self.links.new(self.nodes.new("ShaderNodeNewGeometry").outputs["Normal"], split.inputs[0])
        return self.ramp(split.outputs["Z"], low, high)

    def image(self, path, channel="Color"):
        tex = self.nodes.new("ShaderNodeTexImage")
        tex.image = bpy.data.images.load(str(path))
        tex.image.colorspace_settings.name = "Non-Color"
        tex.extension = "EXTEND"
        self.links.new(self.nodes.new("ShaderNodeTexCoord").outputs["UV"], tex.inputs[0])
        return tex.outputs[channel]

    def math(self, operation, a, b):
        node = self.nodes.new("ShaderNodeMath")
        node.operation, node.use_clamp = operation, True
        for socket, value in zip(node.inputs, (a, b), strict=False):
            if isinstance(value, (int, float)):
                socket.default_value = value
            else:
                self.links.new(value, socket)
        return node.outputs[0]

    def mix(self, factor, a, b):
        node = self.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        self.links.new(factor, node.inputs["Factor"])
        for index, value in ((6, a), (7, b)):
            if isinstance(value, tuple):
                node.inputs[index].default_value = (*value, 1)
            else:
                self.links.new(value, node.inputs[index])
        return node.outputs[2]

    def value(self, factor, low, high):
        node = self.nodes.new("ShaderNodeMapRange")
        node.inputs["To Min"].default_value, node.inputs["To Max"].default_value = low, high
        self.links.new(factor, node.inputs["Value"])
        return node.outputs[0]

    def use(self, **sockets):
        for name, source in sockets.items():
            self.links.new(source, self.bsdf.inputs[name.replace("_", " ")])
        return self

    def bump(self, height, strength=0.4, distance=0.01):
        node = self.nodes.new("ShaderNodeBump")
        node.inputs["Strength"].default_value = strength
        node.inputs["Distance"].default_value = distance
        self.links.new(height, node.inputs["Height"])
        if self.bsdf.inputs["Normal"].is_linked:
            self.links.new(self.bsdf.inputs["Normal"].links[0].from_socket, node.inputs["Normal"])
        self.links.new(node.outputs[0], self.bsdf.inputs["Normal"])
        return self


def paint(color=YELLOW, dirt=0.5, scale=1.0, mud=(0.16, 0.10, 0.06), wear=True):
    """Machine paint: faded, dusty, scratched at the edges, rust where it is bare."""
    m = Material("paint")
    faded = m.mix(m.noise(2.2 * scale, 0.3, 0.75), color, tuple(c * 0.72 + 0.05 for c in color))
    streaks = m.noise(6 * scale, 0.52, 0.72, stretch=(1, 1, 0.12), offset=3)
    dusty = m.mix(m.math("MULTIPLY", streaks, 0.55 * dirt), faded, (0.30, 0.21, 0.13))
    patches = m.math("MULTIPLY", m.noise(3.5 * scale, 0.5 - 0.1 * dirt, 0.72, detail=12, rough=0.7), dirt)
    muddy = m.mix(patches, dusty, mud)
    chips = m.noise(38 * scale, 0.67, 0.69, detail=3, offset=7)
    bare = m.math("MULTIPLY", chips, 0.9 if wear else 0.0)
    if wear:
        bare = m.math("MAXIMUM", bare, m.edges(0.54, 0.58))
    colour = m.mix(bare, muddy, (0.10, 0.045, 0.02))
    rough = m.value(m.math("MAXIMUM", patches, bare), 0.38, 0.9)
    m.use(Base_Color=colour, Roughness=rough)
    return m.bump(m.noise(30 * scale, 0.2, 0.8), 0.08).bump(patches, 0.25, 0.004)


def steel(color=(0.45, 0.44, 0.42), rough=(0.25, 0.5), rust=0.3, scale=1.0):
    m = Material("steel")
    spots = m.math("MULTIPLY", m.noise(9 * scale, 0.5, 0.7, detail=12), rust)
    m.use(Base_Color=m.mix(spots, color, (0.16, 0.065, 0.03)), Metallic=m.value(spots, 0.95, 0.1),
          Roughness=m.value(m.noise(20 * scale, 0.3, 0.7), *rough))
    return m.bump(m.noise(60 * scale, 0.2, 0.8), 0.1, 0.003)


def rubber(color=(0.02, 0.02, 0.02), dust=0.4):
    m = Material("rubber")
    m.use(Base_Color=m.mix(m.math("MULTIPLY", m.noise(18, 0.45, 0.7), dust), color, (0.22, 0.17, 0.12)),
          Roughness=m.value(m.noise(12, 0.3, 0.7), 0.35, 0.75))
    return m.bump(m.noise(90, 0.2, 0.8), 0.12, 0.002)


def earth(light=(0.34, 0.25, 0.17), dark=(0.17, 0.115, 0.075), scale=1.0):
    m = Material("earth")
    m.use(Base_Color=m.mix(m.noise(4 * scale, 0.3, 0.7, detail=14, rough=0.75), dark, light))
    m.set(Roughness=0.95)
    return m.bump(m.noise(14 * scale, 0.1, 0.9, detail=14, rough=0.7), 0.8, 0.03)


def wear(obj, material):
    obj.data.materials.clear()
    obj.data.materials.append(material.material)
    return obj


def smooth(obj, bevel=0.0, segments=3):
    if bevel:
        mod = obj.modifiers.new("bevel", "BEVEL")
        mod.width, mod.segments, mod.limit_method = bevel, segments, "ANGLE"
    for polygon in obj.data.polygons:
        polygon.use_smooth = True
    mod = obj.modifiers.new("weighted", "WEIGHTED_NORMAL")
    return obj


def box(size, at, material, bevel=0.005, turn=(0, 0, 0)):
    bpy.ops.mesh.primitive_cube_add(size=1, location=at, rotation=[math.radians(a) for a in turn])
    obj = bpy.context.object
    obj.scale = size
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    return wear(smooth(obj, bevel), material)


def tube(radius, length, at, material, turn=(0, 0, 0), bevel=0.003, sides=64):
    bpy.ops.mesh.primitive_cylinder_add(
        radius=radius, depth=length, location=at, vertices=sides, rotation=[math.radians(a) for a in turn])
    return wear(smooth(bpy.context.object, bevel), material)


def ring(radius, thick, at, material, turn=(0, 0, 0)):
    bpy.ops.mesh.primitive_torus_add(
        major_radius=radius, minor_radius=thick, location=at, major_segments=96, minor_segments=24,
        rotation=[math.radians(a) for a in turn])
    return wear(smooth(bpy.context.object), material)


def slab(points, thick, material, at=(0, 0, 0), bevel=0.01, turn=(0, 0, 0)):
    """A plate cut along `points` (x, z), `thick` along y."""
    n = len(points)
    verts = [(x, -thick / 2, z) for x, z in points] + [(x, thick / 2, z) for x, z in points]
    faces = [tuple(range(n)), tuple(range(2 * n - 1, n - 1, -1))]
    faces += [(i, i + n, (i + 1) % n + n, (i + 1) % n) for i in range(n)]
    mesh = bpy.data.meshes.new("slab")
    mesh.from_pydata(verts, [], faces)
    mesh.update()
    obj = bpy.data.objects.new("slab", mesh)
    bpy.context.collection.objects.link(obj)
    obj.location, obj.rotation_euler = at, [math.radians(a) for a in turn]
    bpy.context.view_layer.objects.active = obj
    obj.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.normals_make_consistent()
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.select_set(False)
    return wear(smooth(obj, bevel), material)


def pipe(points, radius, material):
    curve = bpy.data.curves.new("pipe", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 8
    spline = curve.splines.new("NURBS")
    spline.points.add(len(points) - 1)
    for point, place in zip(spline.points, points, strict=True):
        point.co = (*place, 1)
    spline.use_endpoint_u, spline.order_u, spline.resolution_u = True, 4, 24
    obj = bpy.data.objects.new("pipe", curve)
    bpy.context.collection.objects.link(obj)
    obj.data.materials.append(material.material)
    return obj


def ground(size, material, rough=0.05, cuts=7, at=(0, 0, 0), scale=0.6):
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=2**cuts, y_subdivisions=2**cuts, size=size, location=at)
    obj = bpy.context.object
    texture = bpy.data.textures.new("hills", "CLOUDS")
    texture.noise_scale, texture.noise_depth = scale, 5
    mod = obj.modifiers.new("hills", "DISPLACE")
    mod.texture, mod.strength = texture, rough
    return wear(smooth(obj), material)


def plain(material, below=-0.25):
    bpy.ops.mesh.primitive_plane_add(size=900, location=(0, 0, below))
    return wear(bpy.context.object, material)


def stones(count, spread, size, material, centre=(0, 0, 0)):
    for _ in range(count):
        bpy.ops.mesh.primitive_ico_sphere_add(
            subdivisions=2, radius=size * random.uniform(0.3, 1) ** 2,
            location=[c + random.gauss(0, s) for c, s in zip(centre, spread, strict=True)],
            rotation=[random.uniform(0, 6) for _ in range(3)])
        stone = bpy.context.object
        for vertex in stone.data.vertices:
            vertex.co *= random.uniform(0.75, 1.2)
        stone.scale = [random.uniform(0.6, 1.2) for _ in range(3)]
        wear(stone, material)


def weld(start, end, material, width=0.012, step=0.006, wobble=0.0012):
    a, b = Vector(start), Vector(end)
    count = int((b - a).length / step)
    for i in range(count):
        place = a.lerp(b, i / count) + Vector([random.gauss(0, wobble) for _ in range(3)])
        bpy.ops.mesh.primitive_uv_sphere_add(radius=width * random.uniform(0.92, 1.08), location=place,
                                             segments=20, ring_count=10)
        bead = wear(smooth(bpy.context.object), material)
        bead.scale = (1, 0.3, 0.75)


def blob(radius, at, material):
    """A puddle with a soft outline."""
    bpy.ops.mesh.primitive_circle_add(vertices=96, radius=radius, fill_type="NGON", location=at)
    puddle = bpy.context.object
    a, b, c = (random.uniform(0, 6) for _ in range(3))
    for i, v in enumerate(puddle.data.vertices):
        t = i / 96 * 2 * math.pi
        v.co *= 1 + 0.16 * math.sin(2 * t + a) + 0.1 * math.sin(3 * t + b) + 0.05 * math.sin(7 * t + c)
    return wear(puddle, material)


def crack_mask(path, points, width=5, branches=5, seed=3):
    """White where the plate is torn, on black; grey rust around it in a second file."""
    rng = random.Random(seed)
    image = Image.new("L", (2048, 2048))
    draw = ImageDraw.Draw(image)

    def tear(a, b, wide, depth):
        steps, last = 26, a
        for i in range(1, steps + 1):
            t = i / steps
            sway = (26 * (1 - abs(2 * t - 1)) + 6) * math.hypot(b[0] - a[0], b[1] - a[1]) / 400
            here = (a[0] + (b[0] - a[0]) * t + rng.gauss(0, sway / 2.4), a[1] + (b[1] - a[1]) * t + rng.gauss(0, sway / 2.4))
            draw.line([last, here], fill=255, width=max(1, round(wide * (1.15 - t) * rng.uniform(0.6, 1.4))))
            if depth and rng.random() < branches / steps and 3 < i < 24:
                angle = math.atan2(b[1] - a[1], b[0] - a[0]) + rng.choice((-1, 1)) * rng.uniform(0.5, 1.1)
                length = rng.uniform(40, 130)
                tear(here, (here[0] + length * math.cos(angle), here[1] + length * math.sin(angle)), wide * 0.4, 0)
            last = here

    for a, b in zip(points, points[1:], strict=False):
        tear(a, b, width, 2)
    image.save(path)
    near = image.filter(ImageFilter.GaussianBlur(16)).point(lambda v: min(255, v * 7))
    wide = image.filter(ImageFilter.GaussianBlur(60)).point(lambda v: min(255, v * 16))
    halo = Image.blend(near, wide, 0.5)
    halo.save(Path(path).with_suffix(".rust.png"))


def shoot(name, folder):
    scene = bpy.context.scene
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(Path(folder) / f"{name}.png")
    bpy.ops.render.render(write_still=True)


def in_picture(point):
    view = world_to_camera_view(bpy.context.scene, bpy.context.scene.camera, Vector(point))
    return [round(view.x * SIZE[0], 1), round((1 - view.y) * SIZE[1], 1)]

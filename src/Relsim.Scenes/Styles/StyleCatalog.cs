namespace Relsim.Scenes.Styles;

/// <summary>Every style kind, in a fixed order (the index is a label).</summary>
public static class StyleCatalog
{
    private static readonly Background[] Textures = [Background.Cloud, Background.Wood, Background.Cloth, Background.Grass, Background.Stone, Background.Paper];
    private static readonly Background[] Sheets = [Background.Plain, Background.Plain, Background.Paper];
    private static readonly Background[] Smooth = [Background.Plain, Background.Gradient];
    private static readonly Background[] Tables = [Background.Plain, Background.Gradient, Background.Cloud, Background.Wood, Background.Cloth, Background.Stone];

    private static readonly StyleKind[] Kinds =
    [
        .. new (string Name, Split Split, int[] Palettes, Func<SceneRandom, Technique> Draw)[]
        {
            ("flat", Split.Train, PaletteCatalog.Any, Flat),
            ("thin-line", Split.Train, [PaletteCatalog.Ink, PaletteCatalog.Ink, .. PaletteCatalog.Light], ThinLine),
            ("marker", Split.Train, [PaletteCatalog.Ink, .. PaletteCatalog.Light], Marker),
            ("silhouette", Split.Train, [PaletteCatalog.Ink], Silhouette),
            ("chalkboard", Split.Train, [PaletteCatalog.Chalk], Chalkboard),
            ("hatching", Split.Train, [PaletteCatalog.Ink, PaletteCatalog.Ink, .. PaletteCatalog.Light], Hatching),
            ("stipple", Split.Train, [PaletteCatalog.Ink, .. PaletteCatalog.Light], Stipple),
            ("watercolor", Split.Train, PaletteCatalog.Light, Watercolor),
            ("photo-light", Split.Train, PaletteCatalog.Light, PhotoLight),
            ("photo-dark", Split.Train, PaletteCatalog.Dark, PhotoDark),
            ("textured-ground", Split.Train, PaletteCatalog.Any, TexturedGround),
            ("collage", Split.Train, PaletteCatalog.Any, Collage),
            ("crayon", Split.Train, PaletteCatalog.Any, Crayon),
            ("toy", Split.Train, PaletteCatalog.Light, Toy),
            ("blueprint", Split.Validation, [PaletteCatalog.Blueprint], Blueprint),
            ("sepia-photo", Split.Validation, [PaletteCatalog.Sepia], SepiaPhoto),
            ("pixel-art", Split.Test, PaletteCatalog.Any, PixelArt),
            ("neon", Split.Test, PaletteCatalog.Dark, Neon),
            ("woodcut", Split.Test, [PaletteCatalog.Ink, PaletteCatalog.Sepia], Woodcut),
            ("embossed", Split.Test, PaletteCatalog.Light, Embossed),
            ("cross-hatching", Split.Test, [PaletteCatalog.Ink, PaletteCatalog.Sepia, .. PaletteCatalog.Light], CrossHatching),
            ("halftone", Split.Test, [PaletteCatalog.Ink, .. PaletteCatalog.Pale], Halftone),
        }.Select((kind, index) => new StyleKind(index, kind.Name, kind.Split, kind.Palettes, kind.Draw)),
    ];

    private static readonly StyleKind[][] BySplit = [.. Enum.GetValues<Split>().Select(split => Kinds.Where(kind => kind.Split == split).ToArray())];

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<StyleKind> All => Kinds;

    /// <summary>The kinds of one split; no two splits share one.</summary>
    public static IReadOnlyList<StyleKind> Of(Split split) => BySplit[(int)split];

    private static Technique Flat(SceneRandom r) => new()
    {
        LineWidth = r.Uniform(0.014f, 0.028f),
        Halo = r.Chance(0.6f) ? r.Uniform(0.008f, 0.014f) : 0,
        Background = r.Pick(Smooth),
    };

    private static Technique ThinLine(SceneRandom r) => new()
    {
        Body = Body.Line,
        LineWidth = r.Uniform(0.008f, 0.014f),
        Wobble = r.Chance(0.7f) ? r.Uniform(0.003f, 0.007f) : 0,
        Passes = r.Chance(0.2f) ? 2 : 1,
        Background = r.Pick(Sheets),
    };

    private static Technique Marker(SceneRandom r) => new()
    {
        Body = Body.Line,
        LineWidth = r.Uniform(0.022f, 0.04f),
        Wobble = r.Uniform(0, 0.004f),
        Background = r.Pick(Smooth),
    };

    private static Technique Silhouette(SceneRandom r) => new()
    {
        LineWidth = r.Uniform(0.016f, 0.03f),
        Halo = r.Uniform(0.008f, 0.014f),
    };

    private static Technique Chalkboard(SceneRandom r) => new()
    {
        Body = r.Chance(0.5f) ? Body.Line : Body.Dense,
        SolidBody = Body.Dense,
        Texture = InkTexture.Crayon,
        TexturedStrokes = true,
        TextureAngle = r.Angle(),
        TextureScale = r.Uniform(0.6f, 0.9f),
        LineWidth = r.Uniform(0.014f, 0.028f),
        Wobble = r.Uniform(0.001f, 0.005f),
        Background = r.Pick([Background.Plain, Background.Cloud, Background.Stone]),
    };

    private static Technique Hatching(SceneRandom r) => new()
    {
        Body = Body.Textured,
        SolidBody = Body.Dense,
        Texture = InkTexture.Hatch,
        TextureAngle = r.Uniform(0.3f, 1.2f) * r.Sign(),
        TextureScale = r.Uniform(0.75f, 1.15f),
        LineWidth = r.Uniform(0.008f, 0.014f),
        Wobble = r.Uniform(0, 0.004f),
        Background = r.Pick(Sheets),
    };

    private static Technique Stipple(SceneRandom r) => new()
    {
        Body = Body.Textured,
        SolidBody = Body.Dense,
        Texture = InkTexture.Stipple,
        TextureScale = r.Uniform(0.75f, 1.1f),
        LineWidth = r.Uniform(0.007f, 0.012f),
        Wobble = r.Uniform(0, 0.003f),
        Background = r.Pick(Sheets),
    };

    private static Technique Watercolor(SceneRandom r) => new()
    {
        Body = Body.Wash,
        SolidBody = Body.Wash,
        Texture = InkTexture.Pigment,
        TextureAngle = r.Angle(),
        TextureScale = r.Uniform(0.5f, 0.9f),
        LineWidth = r.Uniform(0.012f, 0.022f),
        Wobble = r.Uniform(0.004f, 0.009f),
        Background = Background.Paper,
        Specks = r.Chance(0.4f) ? 0.5f : 0,
        Lighting = r.Uniform(0.05f, 0.15f),
    };

    private static Technique PhotoLight(SceneRandom r) => new()
    {
        Body = Body.Shaded,
        SolidBody = Body.Shaded,
        LineWidth = r.Uniform(0.016f, 0.026f),
        Background = r.Pick(Tables),
        Shadow = r.Uniform(0.3f, 0.55f),
        ShadowReach = r.Uniform(0.015f, 0.035f),
        ShadowBlur = r.Uniform(0.01f, 0.022f),
        LightAngle = r.Uniform(-2.8f, -0.4f),
        Blur = r.Whole(0, 1),
        Noise = r.Uniform(0.012f, 0.04f),
        Lighting = r.Uniform(0.1f, 0.3f),
    };

    private static Technique PhotoDark(SceneRandom r) => new()
    {
        Body = Body.Shaded,
        SolidBody = Body.Shaded,
        LineWidth = r.Uniform(0.016f, 0.026f),
        Background = r.Pick(Tables),
        Shadow = 0.6f,
        ShadowReach = r.Uniform(0.015f, 0.03f),
        ShadowBlur = r.Uniform(0.01f, 0.022f),
        LightAngle = r.Uniform(-2.8f, -0.4f),
        Blur = r.Whole(0, 1),
        Noise = r.Uniform(0.012f, 0.04f),
        Lighting = r.Uniform(0.15f, 0.35f),
    };

    private static Technique TexturedGround(SceneRandom r) => new()
    {
        Body = r.Pick([Body.Solid, Body.Edged, Body.Line]),
        SolidBody = r.Pick([Body.Solid, Body.Edged]),
        LineWidth = r.Uniform(0.018f, 0.03f),
        Background = r.Pick(Textures),
        Noise = r.Uniform(0, 0.03f),
        Lighting = r.Uniform(0, 0.2f),
        Specks = r.Chance(0.3f) ? 1 : 0,
    };

    private static Technique Collage(SceneRandom r) => new()
    {
        LineWidth = r.Uniform(0.018f, 0.03f),
        Wobble = r.Uniform(0.002f, 0.006f),
        Background = r.Pick([Background.Plain, Background.Paper, Background.Cloth]),
        Shadow = r.Uniform(0.25f, 0.45f),
        ShadowReach = r.Uniform(0.012f, 0.022f),
        LightAngle = r.Uniform(-2.8f, -0.4f),
        Noise = r.Uniform(0, 0.015f),
    };

    private static Technique Crayon(SceneRandom r) => new()
    {
        Body = r.Chance(0.7f) ? Body.Dense : Body.Line,
        SolidBody = Body.Dense,
        Texture = InkTexture.Crayon,
        TexturedStrokes = true,
        TextureAngle = r.Uniform(0.3f, 1.2f) * r.Sign(),
        TextureScale = r.Uniform(0.8f, 1.3f),
        LineWidth = r.Uniform(0.018f, 0.032f),
        Wobble = r.Uniform(0.002f, 0.006f),
        Background = Background.Paper,
    };

    private static Technique Toy(SceneRandom r) => new()
    {
        Body = r.Chance(0.7f) ? Body.Edged : Body.Shaded,
        SolidBody = Body.Edged,
        LineWidth = r.Uniform(0.012f, 0.024f),
        Background = r.Pick(Smooth),
        LightAngle = r.Uniform(-2.8f, -0.4f),
    };

    private static Technique Blueprint(SceneRandom r) => new()
    {
        Body = Body.Line,
        SolidBody = Body.Dense,
        Texture = InkTexture.Hatch,
        TextureAngle = 0.785f * r.Sign(),
        TextureScale = r.Uniform(0.8f, 1),
        LineWidth = r.Uniform(0.01f, 0.018f),
        Background = Background.Grid,
        Noise = r.Uniform(0, 0.02f),
    };

    private static Technique SepiaPhoto(SceneRandom r) => new()
    {
        Body = Body.Shaded,
        SolidBody = Body.Shaded,
        LineWidth = r.Uniform(0.016f, 0.024f),
        Background = r.Pick([Background.Cloud, Background.Paper, Background.Gradient]),
        Shadow = r.Uniform(0.15f, 0.3f),
        ShadowBlur = r.Uniform(0.01f, 0.02f),
        LightAngle = r.Uniform(-2.8f, -0.4f),
        Specks = 1,
        Blur = 1,
        Noise = r.Uniform(0.02f, 0.035f),
        Lighting = r.Uniform(0.15f, 0.3f),
    };

    private static Technique PixelArt(SceneRandom r) => new()
    {
        Body = r.Pick([Body.Solid, Body.Edged]),
        SolidBody = Body.Solid,
        LineWidth = r.Uniform(0.024f, 0.032f),
        PixelSize = r.Chance(0.5f) ? 1 / 64f : 1 / 42.7f,
    };

    private static Technique Neon(SceneRandom r) => new()
    {
        Body = Body.Line,
        SolidBody = Body.Edged,
        LineWidth = r.Uniform(0.014f, 0.022f),
        Glow = r.Uniform(0.018f, 0.03f),
        Background = r.Pick([Background.Plain, Background.Gradient, Background.Stone]),
    };

    private static Technique Woodcut(SceneRandom r) => new()
    {
        Body = Body.Textured,
        SolidBody = Body.Solid,
        Texture = InkTexture.Gouge,
        TextureAngle = r.Uniform(-0.5f, 0.5f),
        TextureScale = r.Uniform(0.9f, 1.3f),
        LineWidth = r.Uniform(0.024f, 0.034f),
        Wobble = r.Uniform(0.004f, 0.008f),
        Halo = 0.014f,
        Background = r.Pick([Background.Plain, Background.Paper]),
        Specks = 0.6f,
    };

    private static Technique Embossed(SceneRandom r) => new()
    {
        Body = r.Pick([Body.Solid, Body.Line]),
        LineWidth = r.Uniform(0.02f, 0.032f),
        Background = r.Pick([Background.Plain, Background.Paper]),
        Finish = Finish.Emboss,
        Halo = 0.012f,
    };

    private static Technique CrossHatching(SceneRandom r) => new()
    {
        Body = Body.Textured,
        SolidBody = Body.Dense,
        Texture = InkTexture.CrossHatch,
        TextureAngle = r.Uniform(0.2f, 1.3f),
        TextureScale = r.Uniform(0.8f, 1.2f),
        LineWidth = r.Uniform(0.007f, 0.012f),
        Wobble = r.Uniform(0.002f, 0.005f),
        Passes = 2,
        Background = r.Pick(Sheets),
    };

    private static Technique Halftone(SceneRandom r) => new()
    {
        Body = r.Pick([Body.Shaded, Body.Edged]),
        SolidBody = Body.Edged,
        LineWidth = r.Uniform(0.018f, 0.026f),
        Background = r.Pick(Smooth),
        LightAngle = r.Uniform(-2.8f, -0.4f),
        Finish = Finish.Halftone,
    };
}

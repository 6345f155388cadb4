namespace Relsim.Scenes.Styles;

/// <summary>What lies behind the elements.</summary>
public enum Background
{
    /// <summary>One color.</summary>
    Plain,

    /// <summary>A straight gradient between two close colors.</summary>
    Gradient,

    /// <summary>Soft clouds.</summary>
    Cloud,

    /// <summary>Grain along one direction.</summary>
    Wood,

    /// <summary>A fine weave.</summary>
    Cloth,

    /// <summary>Short upright blades.</summary>
    Grass,

    /// <summary>Veined stone.</summary>
    Stone,

    /// <summary>Rough paper.</summary>
    Paper,

    /// <summary>Squared paper.</summary>
    Grid,
}

/// <summary>How a closed part's inside is painted.</summary>
internal enum Body
{
    /// <summary>Outline alone.</summary>
    Line,

    /// <summary>Filled.</summary>
    Solid,

    /// <summary>Filled, with an outline.</summary>
    Edged,

    /// <summary>Filled with the shading of a lit solid.</summary>
    Shaded,

    /// <summary>Translucent layers with a darker rim.</summary>
    Wash,

    /// <summary>The ink texture within an outline.</summary>
    Textured,

    /// <summary>The ink texture upon a half-strength fill, within an outline.</summary>
    Dense,

    /// <summary>Stripes, dots or checks within an outline.</summary>
    Patterned,
}

/// <summary>A repeated mark that bodies or strokes are covered with.</summary>
internal enum InkTexture
{
    None,
    Hatch,
    CrossHatch,
    Stipple,
    Crayon,
    Gouge,
}

/// <summary>What happens to the finished pixels.</summary>
internal enum Finish
{
    None,
    Emboss,
    Halftone,
}

/// <summary>How a style draws, apart from colors. Lengths are fractions of the picture's side.</summary>
internal sealed record Technique
{
    /// <summary>Bodies whose fill the style decides.</summary>
    public Body Body { get; init; } = Body.Solid;

    /// <summary>Bodies that the relation wants filled.</summary>
    public Body SolidBody { get; init; } = Body.Solid;

    public float LineWidth { get; init; } = 0.016f;

    /// <summary>How far a hand strays.</summary>
    public float Wobble { get; init; }

    /// <summary>How many times a stroke is gone over.</summary>
    public int Passes { get; init; } = 1;

    public InkTexture Texture { get; init; }

    /// <summary>Strokes are as grainy as bodies.</summary>
    public bool TexturedStrokes { get; init; }

    /// <summary>Turn of the texture in radians.</summary>
    public float TextureAngle { get; init; }

    public float TextureScale { get; init; } = 1;

    /// <summary>A rim of the ground's color keeps overlapping bodies apart.</summary>
    public float Halo { get; init; }

    public Background Background { get; init; }

    /// <summary>Faint specks on the ground, [0, 1].</summary>
    public float Specks { get; init; }

    /// <summary>Opacity of the shadows, [0, 1].</summary>
    public float Shadow { get; init; }

    public float ShadowReach { get; init; } = 0.02f;

    /// <summary>Blur of the shadows; 0 casts each shadow on the elements below, too.</summary>
    public float ShadowBlur { get; init; }

    /// <summary>Where light comes from, radians.</summary>
    public float LightAngle { get; init; } = -2.2f;

    /// <summary>Reach of the halo of light around strokes.</summary>
    public float Glow { get; init; }

    /// <summary>Passes of a 1-2-1 blur over the whole picture.</summary>
    public int Blur { get; init; }

    /// <summary>Deviation of the noise, [0, 1].</summary>
    public float Noise { get; init; }

    /// <summary>Strength of uneven lighting, [0, 1].</summary>
    public float Lighting { get; init; }

    /// <summary>Side of a square pixel as a fraction of the picture's side; 0 = full resolution.</summary>
    public float PixelSize { get; init; }

    public Finish Finish { get; init; }
}

namespace Relsim.Scenes.Problems;

/// <summary>Draws one picture of one side of a problem.</summary>
/// <param name="left">Which side: the rule holds on the left and its counterpart on the right.</param>
/// <param name="rule">What all pictures of the problem share (which numbers, which forms); starts alike for every picture.</param>
/// <param name="draw">What varies from picture to picture. Two pictures of one seed on both sides are twins: they differ in little but the rule.</param>
internal delegate IReadOnlyList<Element> ComposeSide(bool left, SceneRandom rule, SceneRandom draw);

/// <summary>A rule that parts pictures into two sides, as in Bongard's problems.</summary>
/// <param name="Name">Kebab-case, left before right, e.g. "large-small".</param>
/// <param name="Compose">Lays a picture out.</param>
internal sealed record Rule(string Name, ComposeSide Compose)
{
    /// <summary>Whether the rule speaks of up, down, left or right, so that a turned or mirrored picture might break it.</summary>
    public bool IsUpright { get; init; }

    /// <summary>A rule that speaks of up, down, left or right.</summary>
    public static Rule Upright(string name, ComposeSide compose) => new(name, compose) { IsUpright = true };
}

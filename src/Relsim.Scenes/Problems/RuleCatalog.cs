namespace Relsim.Scenes.Problems;

/// <summary>Every rule, in a fixed order.</summary>
internal static class RuleCatalog
{
    // Every seventh is kept for validation: whether a space parts pictures by rules that nobody taught it.
    private const int ValidationStride = 7;

    /// <summary>Rules that speak of up, down, left or right.</summary>
    internal static readonly HashSet<string> UprightNames =
    [
        "upright-lying", "rising-falling", "points-up-points-down", "points-left-points-right", "upright-axis-level-axis", "hatched-across-hatched-down",
        "hatched-rising-hatched-falling", "flat-bottom-flat-top", "opens-up-opens-down", "clockwise-counterclockwise", "on-the-left-on-the-right",
        "at-the-top-at-the-bottom", "in-a-row-in-a-column", "row-rising-row-falling", "arched-up-arched-down", "above-beside", "small-above-large-above",
        "small-left-large-left", "one-form-above-other-form-above", "one-form-left-other-form-left", "solid-above-outline-above", "growing-shrinking",
        "growing-downwards-shrinking-downwards", "stands-hangs", "level-upright", "rising-line-falling-line", "bulges-up-bulges-down",
        "bulges-left-bulges-right", "topmost-is-topmost-is-not", "leftmost-is-leftmost-is-not", "left-of-right-of", "above-below",
    ];

    private static readonly HashSet<string> PredicateNames = [.. PredicateRules.Rules.Select(rule => rule.Name)];

    /// <summary>All rules.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. FormRules.Rules.Concat(CrowdRules.Rules).Concat(PlaceRules.Rules).Concat(LineRules.Rules).Concat(PredicateRules.Rules)
            .Select(rule => rule with { IsUpright = UprightNames.Contains(rule.Name) }),
    ];

    /// <summary>The rules of training, or those that training never shows.</summary>
    public static IReadOnlyList<Rule> Of(Split split) => split == Split.Train ? Trained : Kept;

    /// <summary>Those of <see cref="Of"/> that are drawn from the language of <see cref="PredicateRules"/>: each is many rules.</summary>
    public static IReadOnlyList<Rule> Predicates(Split split) => split == Split.Train ? TrainedPredicates : KeptPredicates;

    private static Rule[] Trained { get; } = [.. All.Where((_, i) => i % ValidationStride != ValidationStride - 1)];

    private static Rule[] Kept { get; } = [.. All.Where((_, i) => i % ValidationStride == ValidationStride - 1)];

    private static Rule[] TrainedPredicates { get; } = [.. Trained.Where(rule => PredicateNames.Contains(rule.Name))];

    private static Rule[] KeptPredicates { get; } = [.. Kept.Where(rule => PredicateNames.Contains(rule.Name))];
}

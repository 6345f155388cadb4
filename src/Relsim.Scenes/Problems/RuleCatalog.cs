namespace Relsim.Scenes.Problems;

/// <summary>Every rule, in a fixed order.</summary>
internal static class RuleCatalog
{
    // Every seventh is kept for validation: whether a space parts pictures by rules that nobody taught it.
    private const int ValidationStride = 7;

    private static readonly Rule[] AllPredicates = [.. PredicateRules.Rules];

    /// <summary>All rules.</summary>
    public static IReadOnlyList<Rule> All { get; } = [.. FormRules.Rules, .. CrowdRules.Rules, .. PlaceRules.Rules, .. LineRules.Rules, .. AllPredicates, .. FigureRules.Rules, .. PartRules.Rules, .. BetweenRules.Rules, .. SequenceRules.Rules, .. GraphRules.Rules, .. SolidRules.Rules];

    /// <summary>The rules of training, or those that training never shows.</summary>
    public static IReadOnlyList<Rule> Of(Split split) => split == Split.Train ? Trained : Kept;

    /// <summary>Those of <see cref="Of"/> that are drawn from the language of <see cref="PredicateRules"/>: each is many rules.</summary>
    public static IReadOnlyList<Rule> Predicates(Split split) => split == Split.Train ? TrainedPredicates : KeptPredicates;

    private static Rule[] Trained { get; } = [.. All.Where((_, i) => i % ValidationStride != ValidationStride - 1)];

    private static Rule[] Kept { get; } = [.. All.Where((_, i) => i % ValidationStride == ValidationStride - 1)];

    private static Rule[] TrainedPredicates { get; } = [.. Trained.Intersect(AllPredicates)];

    private static Rule[] KeptPredicates { get; } = [.. Kept.Intersect(AllPredicates)];
}

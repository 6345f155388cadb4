using System.Collections.Frozen;

namespace Relsim.Scenes.Subjects;

/// <summary>Which kinds are kept out of training: fixed lists by name, so that a new kind never moves an old one.</summary>
internal static class SubjectSplits
{
    private static readonly FrozenSet<string> Validation = new[]
    {
        "oval", "trapezium", "cushion", "notched square", "wave line", "double arrowhead", "spade", "numeral seven", "slab", "crystal",
        "plum", "chilli", "turnip", "oak leaf", "tulip", "poplar", "pig", "mouse", "swan", "ray fish", "starfish", "moth",
        "lorry", "jet", "barn", "church",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Test = new[]
    {
        "pentagon", "quadrant", "drop", "lemon", "plectrum", "squircle", "amoeba", "comb figure", "stair figure", "tee", "scribble", "loop figure",
        "chevron", "compass needle", "letter R", "numeral two", "lightning bolt", "club", "anchor", "pyramid", "frustum", "gem",
        "pear", "strawberry", "kiwi slice", "fig", "radish", "eggplant", "pea pod", "mushroom", "ginkgo leaf", "fern", "sunflower", "bluebell",
        "fir", "bare tree", "acorn", "elephant", "kangaroo", "snail", "tortoise", "frog", "running fox", "bear face", "duck", "owl", "eagle",
        "shark", "squid", "seahorse", "crab", "bee", "spider", "car from above", "bicycle", "submarine", "rocket", "steamship",
        "lighthouse", "windmill", "cottage", "igloo",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Every name that is kept out of training.</summary>
    public static IEnumerable<string> HeldOut => Validation.Concat(Test);

    /// <summary>The split that a kind belongs to: training unless the lists say otherwise.</summary>
    public static Split Of(string name) => Validation.Contains(name) ? Split.Validation : Test.Contains(name) ? Split.Test : Split.Train;
}

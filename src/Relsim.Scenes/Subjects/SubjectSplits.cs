using System.Collections.Frozen;

namespace Relsim.Scenes.Subjects;

/// <summary>Which kinds are kept out of training: fixed lists by name, so that a new kind never moves an old one.</summary>
internal static class SubjectSplits
{
    private static readonly FrozenSet<string> Validation = new[]
    {
        "oval", "trapezium", "cushion", "notched square", "wave line", "double arrowhead", "spade", "numeral seven", "slab", "crystal",
        "plum", "chilli", "turnip", "oak leaf", "tulip", "poplar", "pig", "mouse", "swan", "ray fish", "starfish", "moth",
        "lorry", "jet", "barn", "church", "stool", "amphora", "rake", "sock", "hand bell", "lute", "loaf", "comet", "die", "hanging mobile",
        "invented glyph",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Test = new[]
    {
        "pentagon", "quadrant", "drop", "lemon", "plectrum", "squircle", "amoeba", "comb figure", "stair figure", "tee", "loop figure",
        "chevron", "letter R", "lightning bolt", "anchor", "pyramid", "frustum", "gem",
        "pear", "strawberry", "fig", "radish", "eggplant", "mushroom", "ginkgo leaf", "fern", "sunflower", "bluebell",
        "fir", "bare tree", "elephant", "kangaroo", "tortoise", "frog", "running fox", "bear face", "duck", "owl", "eagle",
        "shark", "squid", "seahorse", "crab", "bee", "spider", "car from above", "bicycle", "submarine", "rocket",
        "lighthouse", "windmill", "cottage", "igloo", "rocking chair", "bookcase", "teapot", "wine glass", "axe", "screwdriver", "key",
        "fork", "umbrella", "hourglass", "camera", "boot", "crown", "trumpet", "drum", "cheese wedge", "doughnut",
        "galaxy", "rain cloud", "teddy", "rocking horse", "spinning top", "contraption", "glider",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Every name that is kept out of training.</summary>
    public static IEnumerable<string> HeldOut => Validation.Concat(Test);

    /// <summary>The split that a kind belongs to: training unless the lists say otherwise.</summary>
    public static Split Of(string name) => Validation.Contains(name) ? Split.Validation : Test.Contains(name) ? Split.Test : Split.Train;
}

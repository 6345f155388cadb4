using System.Text.RegularExpressions;
using Relsim.Scenes.Captions;

namespace Relsim.Scenes.Tests.Captions;

public sealed partial class CaptionCatalogTests
{
    private static readonly string[] ConcreteNouns =
    [
        "apple", "pear", "orange", "lemon", "banana", "cherry", "grape", "strawberry", "melon", "pineapple", "dog", "cat", "horse", "cow",
        "pig", "sheep", "goat", "rabbit", "mouse", "elephant", "lion", "tiger", "bear", "wolf", "fox", "deer", "monkey", "bird",
        "owl", "eagle", "penguin", "fish", "shark", "whale", "dolphin", "frog", "turtle", "snail", "butterfly", "bee", "ant", "spider",
        "flower", "rose", "tulip", "leaf", "tree", "cactus", "mushroom", "carrot", "tomato", "pumpkin", "car", "truck", "bus", "bicycle",
        "boat", "ship", "airplane", "rocket", "house", "castle", "church", "lighthouse", "windmill", "chair", "lamp", "cup", "bottle", "teapot",
        "hammer", "scissors", "key", "sword", "umbrella", "clock", "candle", "guitar", "piano", "shoe", "hat", "heart", "star", "moon", "sun",
        "cloud", "mountain", "triangle", "man", "woman", "red", "green", "blue", "yellow", "purple", "pink", "brown", "black", "white",
    ];

    public static TheoryData<string> Relations => [.. ExpectedRelations.Ids];

    [Fact]
    public void RelationIds_OfTheResources_AreTheExpectedOnes() =>
        Assert.Equal(ExpectedRelations.Ids.Order(StringComparer.Ordinal), CaptionCatalog.RelationIds);

    [Theory]
    [MemberData(nameof(Relations))]
    public void For_EveryRelation_HasTenWordingsMostlyWithPlaceholders(string relation)
    {
        string[] captions = Wordings(relation);

        Assert.Equal(CaptionCatalog.WordingsPerRelation, captions.Length);
        Assert.Equal((7, 1, 2), (CaptionCatalog.For(relation, Split.Train).Count, CaptionCatalog.For(relation, Split.Validation).Count, CaptionCatalog.For(relation, Split.Test).Count));
        Assert.True(captions.Count(caption => Placeholder().IsMatch(caption)) >= 6, "fewer than six wordings have a placeholder");
        Assert.All(captions, caption => Assert.InRange(Placeholder().Replace(caption, "x").Split(' ').Length, 4, 16));
        Assert.All(captions, caption => Assert.Matches(@"^[a-z{][A-Za-z{}:,' -]*[a-z}]$", caption));
    }

    [Fact]
    public void All_OverTheSplits_HoldsEveryWordingOnce()
    {
        string[] all = [.. Enum.GetValues<Split>().SelectMany(CaptionCatalog.All)];

        Assert.Equal(ExpectedRelations.Ids.Length * CaptionCatalog.WordingsPerRelation, all.Length);
        Assert.Equal(all.Length, all.Select(BagOfWords).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void All_Captions_NameNoConcreteThing()
    {
        Regex leak = new($@"\b(?:{string.Join('|', ConcreteNouns)})(?:e?s)?\b", RegexOptions.IgnoreCase);

        Assert.All(ExpectedRelations.Ids.SelectMany(Wordings), caption => Assert.DoesNotMatch(leak, caption));
    }

    [Fact]
    public void All_HeldBackWordings_MostlyUseWordsOfTheTrainingWordings()
    {
        HashSet<string> known = [.. CaptionCatalog.All(Split.Train).SelectMany(Stems)];
        string[] heldBack = [.. CaptionCatalog.All(Split.Validation).Concat(CaptionCatalog.All(Split.Test)).SelectMany(Stems)];

        Assert.InRange(heldBack.Count(known.Contains) / (double)heldBack.Length, .97, 1);
    }

    [Fact]
    public void For_UnknownRelation_ThrowsWithItsName() =>
        Assert.Contains("no-such/relation", Assert.Throws<ArgumentException>(() => CaptionCatalog.For("no-such/relation", Split.Train)).Message, StringComparison.Ordinal);

    [Fact]
    public void For_UnknownSplit_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CaptionCatalog.For(ExpectedRelations.Ids[0], (Split)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => CaptionCatalog.All((Split)9));
    }

    [Fact]
    public void Attributes_OverManySeeds_NamesEverythingInAtLeastEightWays()
    {
        string[] captions = [.. Enumerable.Range(0, 400).Select(seed => CaptionCatalog.Attributes("urn", "outline", "earthy", new SceneRandom((ulong)seed))).Distinct()];

        Assert.True(captions.Length >= 8, $"only {captions.Length} templates");
        Assert.All(captions, caption => Assert.All(["urn", "outline", "earthy"], name => Assert.Contains(name, caption, StringComparison.Ordinal)));
        Assert.All(captions, caption => Assert.DoesNotMatch(@"\ba (urn|outline|earthy)", caption));
    }

    private static string[] Wordings(string relation) => [.. Enum.GetValues<Split>().SelectMany(split => CaptionCatalog.For(relation, split))];

    // Two captions that differ only in the order of their words would be twins to many text encoders.
    private static string BagOfWords(string caption) => string.Join(' ', Word().Matches(caption.ToLowerInvariant()).Select(match => match.Value).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Stems(string caption) =>
        Word().Matches(Placeholder().Replace(caption, "").ToLowerInvariant()).Select(match => match.Value[..Math.Min(5, match.Length)]);

    [GeneratedRegex(@"\{[A-Z][a-z]+( [AB])?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{[^}]*\}|[a-z-]+", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}

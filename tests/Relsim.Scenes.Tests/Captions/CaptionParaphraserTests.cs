using Relsim.Scenes.Captions;

namespace Relsim.Scenes.Tests.Captions;

public sealed class CaptionParaphraserTests
{
    private static readonly CaptionParaphraser ThreeGroups = new([["picture", "image"], ["mirror image", "reflected twin"], ["ring", "circle", "oval"]]);

    [Fact]
    public void ReadSynonyms_Groups_AreLargeEnoughAndShareNoPhrase()
    {
        string[][] groups = CaptionCatalog.ReadSynonyms();

        Assert.True(groups.Length >= 250, $"only {groups.Length} groups");
        Assert.All(groups, group => Assert.True(group.Length >= 2, string.Join('|', group)));
        Assert.Empty(groups.SelectMany(group => group).GroupBy(phrase => phrase, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.All(groups.SelectMany(group => group), phrase => Assert.Matches("^[a-z]+([ -][a-z]+)*$", phrase));
    }

    [Fact]
    public void ReadSynonyms_MostCaptions_HoldAPhraseOfSomeGroup()
    {
        HashSet<string> phrases = [.. CaptionCatalog.ReadSynonyms().SelectMany(group => group)];
        IReadOnlyList<string> captions = CaptionCatalog.All(Split.Train);

        Assert.InRange(captions.Count(caption => phrases.Any(phrase => $" {caption} ".Contains($" {phrase} ", StringComparison.Ordinal))) / (double)captions.Count, .8, 1);
    }

    [Fact]
    public void Paraphrase_SameSeed_SaysTheSame()
    {
        IReadOnlyList<string> captions = CaptionCatalog.All(Split.Train);
        string[] Draw(ulong seed)
        {
            SceneRandom random = new(seed);
            return [.. Enumerable.Range(0, 200).Select(_ => CaptionCatalog.Paraphrase(random.Pick(captions), random))];
        }

        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
    }

    [Fact]
    public void Paraphrase_OverManyDraws_IsWholeEnglishAndOftenNew()
    {
        IReadOnlyList<string> captions = CaptionCatalog.All(Split.Train);
        SceneRandom random = new(3);
        int changed = 0;
        for (int i = 0; i < 2000; i++)
        {
            string caption = random.Pick(captions);
            string other = CaptionCatalog.Paraphrase(caption, random);
            changed += caption == other ? 0 : 1;
            Assert.InRange(other.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 2, 32);
            Assert.Equal(other.Trim(), other);
            Assert.DoesNotMatch(@"(?<!\{\w+ )\b(a|an|the) (a|an|the)\b|  ", other);
            Assert.Equal(other.Count(c => c == '{'), other.Count(c => c == '}'));
        }

        Assert.InRange(changed, 1200, 2000);
    }

    [Fact]
    public void Paraphrase_OverlappingPhrases_TakesTheLongest()
    {
        string[] said = Draws("the mirror image of {Subject}");

        Assert.Contains("the reflected twin of {Subject}", said);
        Assert.DoesNotContain(said, text => text.Contains("mirror picture", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Paraphrase_AfterAnArticle_KeepsItInAgreement()
    {
        string[] said = Draws("a picture beside a ring");

        Assert.Contains("an image beside an oval", said);
        Assert.DoesNotContain(said, text => text.Contains("a image", StringComparison.Ordinal) || text.Contains("a oval", StringComparison.Ordinal));
    }

    [Fact]
    public void Paraphrase_PlaceholdersOfOneRole_AreRenamedTogether()
    {
        string[] said = Draws("{Subject A} above {Subject B}");

        Assert.Contains("{Figure A} above {Figure B}", said);
        Assert.Contains("subject a above subject b", said);
        Assert.DoesNotContain("{Figure A} above {Subject B}", said);
    }

    [Fact]
    public void Paraphrase_ATextOfOneArticle_IsKept() => Assert.All(Draws("the "), text => Assert.False(string.IsNullOrWhiteSpace(text)));

    [Fact]
    public void Paraphrase_BlankCaption_Throws() => Assert.Throws<ArgumentException>(() => CaptionCatalog.Paraphrase(" ", new SceneRandom(1)));

    [Theory]
    [InlineData("uniform", "a")]
    [InlineData("one-way", "a")]
    [InlineData("once", "a")]
    [InlineData("only", "an")]
    [InlineData("unusual", "an")]
    [InlineData("useful", "a")]
    [InlineData("upright", "an")]
    [InlineData("x-ray", "an")]
    [InlineData("hour", "an")]
    [InlineData("house", "a")]
    public void Agree_Word_GetsItsArticle(string word, string article)
    {
        Assert.Equal($"so {article} ", EnglishArticle.Agree("so a ", word));
        Assert.Equal($"so {article} ", EnglishArticle.Agree("so an ", word));
        Assert.Equal("so the ", EnglishArticle.Agree("so the ", word));
    }

    private static string[] Draws(string caption)
    {
        SceneRandom random = new(11);
        return [.. Enumerable.Range(0, 1000).Select(_ => ThreeGroups.Paraphrase(caption, random)).Distinct()];
    }
}

using CsCheck;
using Relsim.Search;

namespace Relsim.Tests.Search;

public sealed class JointRankingTests : IDisposable
{
    private static readonly StoreIdentity Identity = new("mini-1", "profile", 24, 10);

    private readonly TemporaryFolder _folder = new();
    private readonly StoredImage[] _images = [.. Enumerable.Range(0, 300).Select(i => StoreSamples.Image(i % 3 == 0 ? $"/photos/a/{i}.png" : $"/photos/b/{i}.png", i, Identity))];
    private readonly JointRanking _ranking;

    public JointRankingTests()
    {
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], Identity);
        store.Upsert(_images);
        _ranking = JointRanking.Load(store);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Search_AnyWeights_EqualsFullRanking() => Gen.Select(Gen.Float[-2, 2], Gen.Float[-2, 2], Gen.Int[0, 299]).Sample(
        (relationalWeight, attributeWeight, seed) =>
        {
            ImageEmbedding query = StoreSamples.Embedding(10_000 + seed, Identity);
            LibrarySearchOptions options = new() { TopK = 7, RelationalWeight = relationalWeight + 2.5f, AttributeWeight = attributeWeight };
            SearchHit[] hits = [.. Search(Query(query), options).Hits];
            double Joint(StoredImage image) => (options.RelationalWeight * Cosine(query.Relational, image.Embedding.Relational))
                + (options.AttributeWeight * Cosine(query.Attribute, image.Embedding.Attribute));
            double[] expected = [.. _images.Select(Joint).OrderDescending().Take(7)];
            Assert.Equal(7, hits.Length);
            foreach ((SearchHit hit, double score) in hits.Zip(expected))
            {
                Assert.Equal(score, hit.Score, 1e-5);
                Assert.Equal(hit.Score, (options.RelationalWeight * hit.RelationalScore) + (options.AttributeWeight * hit.AttributeScore!.Value), 1e-5);
            }
        },
        iter: 100);

    [Fact]
    public void Search_QueryIsInTheLibrary_LeavesItsBytesOut()
    {
        StoredImage own = _images[5];
        LibraryQuery query = new() { Images = [new QueryImage(own.Embedding.Relational, own.Embedding.Attribute, own.File.Sha256.ToUpperInvariant())] };

        LibrarySearchResult result = Search(query, new LibrarySearchOptions { TopK = 300 });

        Assert.DoesNotContain(own.Path, result.Hits.Select(hit => hit.Path));
        Assert.Equal(new Shortfall(ShortfallReason.Filtered, 300, 299), result.Shortfall);
        Assert.Equal(own.Path, Search(Query(own.Embedding)).Hits[0].Path);
    }

    [Fact]
    public void Search_TextMinusText_RanksByTheDifference()
    {
        Random random = new(3);
        float[] add = StoreSamples.Unit(random, 24), without = StoreSamples.Unit(random, 24);

        LibrarySearchResult result = Search(new LibraryQuery { Texts = [add], WithoutTexts = [without] });

        float[] difference = [.. add.Zip(without, (a, b) => a - b)];
        Assert.Equal(_images.OrderByDescending(image => Cosine(difference, image.Embedding.Relational)).Take(10).Select(image => image.Path), result.Hits.Select(hit => hit.Path));
        Assert.All(result.Hits, hit => Assert.Null(hit.AttributeScore));
    }

    [Fact]
    public void Search_Filter_KeepsWhatMatches()
    {
        LibrarySearchOptions options = new() { TopK = 300, Filter = new LibraryFilter { PathPattern = "photos/a", MinimumInterest = 0.5f, MinimumSide = 100 } };

        LibrarySearchResult result = Search(Query(_images[0].Embedding), options);

        string[] expected = [.. _images.Where(image => image.Path.Contains("/a/", StringComparison.Ordinal) && image.Embedding.Interest >= 0.5f
            && Math.Min(image.Embedding.Width, image.Embedding.Height) >= 100).Select(image => image.Path).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, result.Hits.Select(hit => hit.Path).Order(StringComparer.Ordinal));
        Assert.Equal(ShortfallReason.Filtered, result.Shortfall!.Reason);
    }

    [Fact]
    public void Search_NothingToLookFor_SaysWhatToDo()
    {
        float[] text = StoreSamples.Unit(new Random(1), 24);
        Assert.Throws<ArgumentException>(() => Search(new LibraryQuery()));
        Assert.Throws<ArgumentException>(() => Search(new LibraryQuery { Texts = [text], WithoutTexts = [text] }));
        Assert.Throws<ArgumentException>(() => Search(new LibraryQuery { Texts = [text] }, new LibrarySearchOptions { AttributeWeight = -1 }));
        Assert.Throws<ArgumentException>(() => Search(new LibraryQuery { Texts = [text] }, new LibrarySearchOptions { RelationalWeight = 0 }));
        Assert.Throws<ArgumentException>(() => Search(new LibraryQuery { Texts = [[1f, 2f]] }));
    }

    [Fact]
    public void Search_CaptionBank_GivesTheSharedCaption()
    {
        Random random = new(8);
        float[] captions = [.. Enumerable.Range(0, 50).SelectMany(_ => StoreSamples.Unit(random, 24))];
        CaptionBank bank = new([.. Enumerable.Range(0, 50).Select(i => $"caption {i}")], captions, 24);
        ImageEmbedding query = _images[7].Embedding;

        SearchHit hit = Search(Query(query), new LibrarySearchOptions { TopK = 3, Captions = bank }).Hits[2];

        float[] found = _images.Single(image => image.Path == hit.Path).Embedding.Relational;
        double Worse(int i) => Math.Min(Cosine(query.Relational, captions[(i * 24)..((i + 1) * 24)]), Cosine(found, captions[(i * 24)..((i + 1) * 24)]));
        int best = Enumerable.Range(0, 50).MaxBy(Worse);
        Assert.Equal($"caption {best}", hit.Reason!.Value.Caption);
        Assert.Equal(Worse(best), hit.Reason.Value.Score, 1e-5);
        Assert.Equal(hit.Reason, bank.SharedCaption(query.Relational, found));
    }

    [Fact]
    public void Scores_WholeLibrary_GivesBothCosines()
    {
        IReadOnlyList<JointScore> scores = _ranking.Scores(Query(_images[3].Embedding));

        Assert.Equal(_images.Select(image => image.Path), scores.Select(score => score.Path));
        Assert.Equal(1, scores[3].RelationalScore, 1e-5f);
        Assert.Equal(Cosine(_images[3].Embedding.Attribute, _images[9].Embedding.Attribute), scores[9].AttributeScore!.Value, 1e-5);
    }

    [Theory]
    [InlineData("photos/a", "/photos/a/1.png", true)]
    [InlineData("/photos/*", "/photos/a/1.png", true)]
    [InlineData("a/*.png", "/photos/a/1.png", true)]
    [InlineData("photos/*.png", "/photos/a/1.png", false)]
    [InlineData("photos/**.png", "/photos/a/1.png", true)]
    [InlineData("hotos/a", "/photos/a/1.png", false)]
    [InlineData("/a", "/photos/a/1.png", false)]
    [InlineData("?.png", "/photos/a/1.png", true)]
    [InlineData("(a+)+$", "/photos/a/1.png", false)]
    public void Matches_Pattern_Expected(string pattern, string path, bool expected) => Assert.Equal(expected, new PathGlob(pattern).Matches(path));

    private LibrarySearchResult Search(LibraryQuery query, LibrarySearchOptions? options = null) =>
        _ranking.Search(query, options, TestContext.Current.CancellationToken);

    private static LibraryQuery Query(ImageEmbedding embedding) => new() { Images = [new QueryImage(embedding.Relational, embedding.Attribute)] };

    private static double Cosine(float[] a, float[] b) => a.Zip(b).Sum(pair => (double)pair.First * pair.Second) / (DotProduct.Norm(a) * DotProduct.Norm(b));
}

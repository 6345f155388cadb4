using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests.Models.MiniLM;
using Relsim.Torch.Weights;
using TorchSharp;

namespace Relsim.Torch.Tests.Encoders;

public sealed class RelsimEncoderTests
{
    private const double Tolerance = 1e-5; // of L2-normalised embeddings and scores, as the reference folder's README gives it

    private static readonly EncoderOptions Exact = new() { DType = WeightType.F32, Profile = PreprocessingProfiles.RelsimNative.Name };

    [Fact]
    public void Embed_EveryAdapterAndPicture_GivesTheScorersEmbeddingsAndScores()
    {
        foreach (RelsimReference reference in RelsimReference.All())
        {
            using RelsimEncoder encoder = reference.Load(Exact);
            using SafetensorsFile golden = reference.OpenGolden();
            float[][] expected = RelsimReference.Rows(golden, "embeddings");
            float[][] scores = RelsimReference.Rows(golden, "scores");

            float[][] actual = [.. reference.Images.Select(path => encoder.EmbedFile(path).Relational)];

            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++)
            {
                AssertNear(expected[i], actual[i], $"{reference.Adapter}, {reference.Images[i]}");
                AssertNear(scores[i], [.. actual.Select(other => Cosine(actual[i], other))], $"{reference.Adapter}, scores of {reference.Images[i]}");
            }
        }
    }

    [Fact]
    public void Embed_TheTrainingsPreprocessing_GivesItsEmbedding()
    {
        int seen = 0;
        foreach (RelsimReference reference in RelsimReference.All())
        {
            if (reference.OpenTrain448() is not { } train)
            {
                continue;
            }

            using SafetensorsFile golden = train.Golden;
            using RelsimEncoder encoder = reference.Load(Exact with { Profile = null });
            float[] projected = RelsimReference.Rows(golden, "image_emb")[0];
            double norm = Math.Sqrt(projected.Sum(x => (double)x * x));
            AssertNear([.. projected.Select(x => (float)(x / norm))], encoder.EmbedFile(train.Image).Relational, train.Image);
            seen++;
        }

        Assert.SkipWhen(seen == 0, "The reference folder has no outputs of the training's preprocessing.");
    }

    [Fact]
    public void Embed_InBatchesOfAnySizeAndOrder_GivesTheSame()
    {
        RelsimReference reference = RelsimReference.All().First();
        using RelsimEncoder alone = reference.Load(Exact with { BatchTokens = 1 });
        using RelsimEncoder together = reference.Load(Exact with { BatchTokens = 100_000 });
        RgbImage[] images = [.. reference.Images.Select(alone.Prepare)];

        RelationalEmbedding[] singles = [.. alone.Embed(images, TestContext.Current.CancellationToken)];
        RelationalEmbedding[] batch = [.. together.Embed(images, TestContext.Current.CancellationToken)];
        RelationalEmbedding[] reversed = [.. together.Embed([.. images.Reverse()], TestContext.Current.CancellationToken)];

        for (int i = 0; i < images.Length; i++)
        {
            AssertNear(singles[i].Relational, batch[i].Relational, reference.Images[i]);
            AssertNear(batch[i].Relational, reversed[^(i + 1)].Relational, reference.Images[i]);
        }
    }

    [Fact]
    public void Embed_Bf16_IsAsNearAsTheReferencesOwnBf16Run()
    {
        foreach (RelsimReference reference in RelsimReference.All())
        {
            using RelsimEncoder encoder = reference.Load(Exact with { DType = WeightType.Bf16 });
            using SafetensorsFile golden = reference.OpenGolden();
            float[][] exact = RelsimReference.Rows(golden, "embeddings");
            float[][] bf16 = RelsimReference.Rows(golden, "embeddings_bf16_run");

            float[][] actual = [.. reference.Images.Select(path => encoder.EmbedFile(path).Relational)];

            double allowed = 2 * bf16.Select((row, i) => 1 - Cosine(row, exact[i])).Max();
            Assert.All(actual.Select((row, i) => 1 - Cosine(row, exact[i])), distance => Assert.InRange(distance, -1e-5, allowed));
        }
    }

    [Fact]
    public void Embed_Int8_IsNearWrittenOnceAndOfAnotherFingerprint()
    {
        using var cache = new TemporaryFolder();
        string? before = Environment.GetEnvironmentVariable("RELSIM_CACHE");
        Environment.SetEnvironmentVariable("RELSIM_CACHE", cache.FullName);
        try
        {
            foreach (RelsimReference reference in RelsimReference.All())
            {
                using RelsimEncoder exact = reference.Load(Exact);
                using RelsimEncoder first = reference.Load(Exact with { DType = WeightType.I8 });
                DateTime written = Directory.GetFiles(cache.FullName, "*", SearchOption.AllDirectories).Max(File.GetLastWriteTimeUtc);
                using RelsimEncoder second = reference.Load(Exact with { DType = WeightType.I8 });

                Assert.Equal(written, Directory.GetFiles(cache.FullName, "*", SearchOption.AllDirectories).Max(File.GetLastWriteTimeUtc));
                Assert.Equal(first.Fingerprint, second.Fingerprint);
                Assert.NotEqual(exact.Fingerprint, first.Fingerprint);
                foreach (string path in reference.Images)
                {
                    float[] embedding = first.EmbedFile(path).Relational;
                    Assert.Equal(embedding, second.EmbedFile(path).Relational);
                    Assert.InRange(Cosine(embedding, exact.EmbedFile(path).Relational), 0.99f, 0.999999f); // near, and not the same weights after all
                }
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable("RELSIM_CACHE", before);
        }
    }

    [Fact]
    public void EmbedTexts_BesideATextModelOfItsWidth_GivesThatModelsEmbeddings()
    {
        RelsimReference reference = RelsimReference.All().First();
        using RelsimEncoder bare = reference.Load(Exact);
        using var folder = new TinyMiniLm(width: bare.RelationalDimension);
        using MiniLmEncoder texts = MiniLmEncoder.Load(folder.FullName);
        using RelsimEncoder encoder = reference.Load(Exact, folder.FullName);

        Assert.True(encoder.CanEmbedTexts);
        Assert.Equal(texts.Embed(["a b", "c"], TestContext.Current.CancellationToken), encoder.EmbedTexts(["a b", "c"]));
        Assert.False(bare.CanEmbedTexts);
        Assert.Contains("models pull minilm", Assert.Throws<NotSupportedException>(() => bare.EmbedTexts(["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PartsThatDoNotFit_IsAClearError()
    {
        RelsimReference reference = RelsimReference.All().First();
        using var narrow = new TinyMiniLm();

        Assert.Contains(narrow.FullName, Assert.Throws<InvalidDataException>(() => reference.Load(Exact, narrow.FullName)).Message, StringComparison.Ordinal);
        Assert.Contains("mini-128", Assert.Throws<ArgumentException>(() => reference.Load(Exact with { Profile = "mini-128" })).Message, StringComparison.Ordinal);
        WeightsException e = Assert.Throws<WeightsException>(() => RelsimEncoder.Load(new ModelFolders(reference.Base, null, null), Exact));
        Assert.Contains("projection_and_config.pt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_ManyTimes_LeavesNoTensorBehind()
    {
        RelsimReference reference = RelsimReference.All().First();
        using RelsimEncoder encoder = reference.Load(Exact);
        RgbImage[] images = [.. reference.Images.Take(2).Select(encoder.Prepare)];
        encoder.Embed(images, TestContext.Current.CancellationToken);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 20; i++)
        {
            encoder.Embed(images, TestContext.Current.CancellationToken);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Fingerprint_OtherAdapterTypeOrProfile_IsAnother()
    {
        HashSet<string> fingerprints = [];
        int loaded = 0;
        foreach (RelsimReference reference in RelsimReference.All())
        {
            foreach (EncoderOptions options in new[] { Exact, Exact with { DType = WeightType.Bf16 }, Exact with { Profile = null } })
            {
                using RelsimEncoder encoder = reference.Load(options);
                fingerprints.Add(encoder.Fingerprint);
                loaded++;
            }
        }

        Assert.Equal(loaded, fingerprints.Count);
    }

    private static void AssertNear(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(worst <= Tolerance, $"{what}: off by {worst:E2}");
    }

    private static float Cosine(float[] a, float[] b) => (float)a.Zip(b, (x, y) => (double)x * y).Sum();
}

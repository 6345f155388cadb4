using Relsim.Datasets;
using Relsim.Evaluation.Descriptors;
using Relsim.Evaluation.Statistics;
using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// The benchmark of the mini model on images whose relation is known: retrieval by relation beside attribute baselines on the
/// same queries, distractors of the same look, texts, families never taught, attribute labels, and interest.
/// </summary>
public static class RelationalBenchmark
{
    private const int ImagesAtOnce = 512;

    /// <summary>Name of the model's relational head in the tables.</summary>
    public const string Relational = "mini";

    /// <summary>Name of the model's attribute head in the tables.</summary>
    public const string Attribute = "mini-attribute";

    /// <summary>
    /// Measures. <paramref name="pool"/> makes an image when asked (on several threads), so that only embeddings are held;
    /// <paramref name="sameLook"/> is a second pool, in which every look stands under several relations.
    /// </summary>
    public static RelationalReport Run(
        RelationalEncoder encoder,
        IReadOnlyList<Func<LabelledImage>> pool,
        IReadOnlyList<Func<LabelledImage>> sameLook,
        IReadOnlyList<LabelledText> texts,
        RelationalBenchmarkOptions options,
        Action<int, int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(sameLook);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        int total = pool.Count + sameLook.Count;
        Described main = Describe(encoder, pool, ImageDescriptors.All, done => progress?.Invoke(done, total), cancellationToken);
        Described looks = Describe(encoder, sameLook, ImageDescriptors.All, done => progress?.Invoke(pool.Count + done, total), cancellationToken);
        var retrieval = new RetrievalOptions { Seed = options.Seed };
        int[] taught = Sample(main.Labels, label => label.Relation >= 0 && !label.HeldOut, options.Queries, options.Seed);
        int[] untaught = Sample(main.Labels, label => label.HeldOut, options.Queries, options.Seed);
        int[] related = Sample(main.Labels, label => label.Relation >= 0, options.Queries, options.Seed);
        int[] siblings = Sample(looks.Labels, label => label.Relation >= 0 && !label.HeldOut, options.Queries, options.Seed);
        List<BenchmarkTable> tables =
        [
            Table(main, taught, label => label.Family, "Relation families", "the same relation family", retrieval),
            Table(main, untaught, label => label.Family, "Families kept out of training", "the same relation family, never taught", retrieval),
            Table(main, taught, label => label.Relation, "Fine relations", "the same variant of the same family", retrieval),
            Table(looks, siblings, label => label.Relation, "Fine relations, distractors of the same look", "the same variant; every look stands under several relations in the pool", retrieval),
            Table(looks, siblings, label => label.Look, "Looks", "the same subjects and style", retrieval),
            Table(main, related, label => label.Style, "Styles", "the same style", retrieval),
        ];
        BenchmarkTable[] fromTexts = !encoder.CanEmbedTexts ? [] :
        [
            TextTable(encoder, main, texts, text => !text.HeldOut, label => label.Relation, text => text.Relation, "Texts in unseen wording", "the fine relation that the text names", retrieval),
            TextTable(encoder, main, texts, text => !text.HeldOut, label => label.Family, text => text.Family, "Texts in unseen wording, by family", "the family of the relation that the text names", retrieval),
        ];
        Estimate? interest = encoder.HasInterest ? RetrievalMetrics.AreaUnderRoc(main.Interest, [.. main.Labels.Select(label => label.Relation >= 0)]) : null;
        return new RelationalReport(encoder.Fingerprint, [.. tables, .. fromTexts], interest);
    }

    private static BenchmarkTable Table(
        Described described, int[] queries, Func<ImageLabels, int> label, string title, string relevance, RetrievalOptions options) =>
        RetrievalBenchmark.Run(described.Methods, [.. described.Labels.Select(label)], queries, options).ToTable(title, relevance);

    private static BenchmarkTable TextTable(
        RelationalEncoder encoder, Described described, IReadOnlyList<LabelledText> texts, Func<LabelledText, bool> counts,
        Func<ImageLabels, int> label, Func<LabelledText, int> textLabel, string title, string relevance, RetrievalOptions options)
    {
        LabelledText[] asked = [.. texts.Where(counts)];
        UnitVectors queries = UnitVectors.FromRows(encoder.EmbedTexts([.. asked.Select(text => text.Text)]));
        MethodEmbeddings method = described.Methods.First(m => m.Name == Relational) with { Queries = queries };
        return RetrievalBenchmark.RunTexts([method], [.. described.Labels.Select(label)], [.. asked.Select(textLabel)], options).ToTable(title, relevance);
    }

    private static Described Describe(
        RelationalEncoder encoder, IReadOnlyList<Func<LabelledImage>> pool, IReadOnlyList<ImageDescriptor> baselines, Action<int> done, CancellationToken cancellationToken)
    {
        var labels = new ImageLabels[pool.Count];
        var embeddings = new RelationalEmbedding[pool.Count];
        float[][][] described = [.. baselines.Select(_ => new float[pool.Count][])];
        for (int start = 0; start < pool.Count; start += ImagesAtOnce)
        {
            var images = new RgbImage[Math.Min(ImagesAtOnce, pool.Count - start)];
            int first = start;
            Parallel.For(0, images.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                LabelledImage item = pool[first + i]();
                images[i] = item.Image;
                labels[first + i] = item.Labels;
                for (int b = 0; b < baselines.Count; b++)
                {
                    described[b][first + i] = baselines[b].Describe(item.Image);
                }
            });
            encoder.Embed(images, cancellationToken).ToArray().CopyTo(embeddings, first);
            done(first + images.Length);
        }

        return new Described(
            labels,
            [
                new MethodEmbeddings(Relational, UnitVectors.FromRows([.. embeddings.Select(e => e.Relational)])),
                .. encoder.AttributeDimension > 0 ? new[] { new MethodEmbeddings(Attribute, UnitVectors.FromRows([.. embeddings.Select(e => e.Attribute)])) } : [],
                .. baselines.Select((baseline, b) => new MethodEmbeddings(baseline.Name, UnitVectors.FromRows(described[b]))),
            ],
            [.. embeddings.Select(e => e.Interest).OfType<float>()]);
    }

    private static int[] Sample(ImageLabels[] labels, Func<ImageLabels, bool> fits, int count, int seed)
    {
        int[] fitting = [.. Enumerable.Range(0, labels.Length).Where(i => fits(labels[i]))];
        new Random(seed).Shuffle(fitting);
        return fitting[..Math.Min(count, fitting.Length)];
    }

    private sealed record Described(ImageLabels[] Labels, IReadOnlyList<MethodEmbeddings> Methods, float[] Interest);
}

/// <summary>Options of <see cref="RelationalBenchmark"/>.</summary>
public sealed record RelationalBenchmarkOptions
{
    /// <summary>Queries of each table, at most. Default 1,000, as in the paper.</summary>
    public int Queries { get; init; } = 1000;

    /// <summary>Seed of the queries and of the bootstrap.</summary>
    public int Seed { get; init; } = 1;
}

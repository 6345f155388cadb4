using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Encoders;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;

namespace Relsim;

/// <summary>How two pictures compare.</summary>
/// <param name="RelationalScore">Cosine of the relational embeddings, in [-1, 1]: do they share a logic?</param>
/// <param name="AttributeScore">Cosine of the attribute embeddings, in [-1, 1]: do they look alike? Null where the model has none.</param>
/// <param name="FirstInterest">Probability in [0, 1] that the first shows a relation at all; null where the model does not say.</param>
/// <param name="SecondInterest">The same of the second.</param>
/// <param name="SharedCaptions">Anonymous captions that fit both, best first; the score is the worse of the two cosines.</param>
/// <param name="FirstOnly">Captions that describe the first and not the second.</param>
/// <param name="SecondOnly">Captions that describe the second and not the first.</param>
public sealed record ImageComparison(
    float RelationalScore,
    float? AttributeScore,
    float? FirstInterest,
    float? SecondInterest,
    IReadOnlyList<CaptionMatch> SharedCaptions,
    IReadOnlyList<CaptionContrast> FirstOnly,
    IReadOnlyList<CaptionContrast> SecondOnly)
{
    /// <summary>Probability in [0, 1] that people call the two related (<see cref="ScoreCalibration"/>); null where the model has not been calibrated.</summary>
    public double? RelatedProbability { get; init; }

    /// <summary>Whether the relational score reaches the calibration's threshold; null where there is none.</summary>
    public bool? IsRelated { get; init; }
}

/// <summary>
/// Where to begin: a model with its captions, for scoring pictures and searching folders of them. What it does is put together from
/// <see cref="RelationalEncoder"/>, <see cref="EmbeddingPipeline"/>, <see cref="EmbeddingStore"/> and <see cref="JointRanking"/>. Thread-safe.
/// </summary>
public sealed class RelsimModel : IDisposable
{
    private const string LibraryInFolder = ".relsim.db";

    private readonly Lazy<CaptionBank> _captions;
    private readonly Lazy<FoundCalibration> _calibration;

    private RelsimModel(string folder, RelationalEncoder encoder)
    {
        Folder = folder;
        Encoder = encoder;
        Pipeline = new EmbeddingPipeline(encoder);
        _captions = new Lazy<CaptionBank>(() => ModelCaptions.Load(encoder, folder));
        _calibration = new Lazy<FoundCalibration>(() => ModelCalibrations.Find(encoder.Fingerprint, folder, EmbeddingSpace.Relational));
    }

    /// <summary>The folder that the model was loaded from.</summary>
    public string Folder { get; }

    /// <summary>The model itself.</summary>
    public RelationalEncoder Encoder { get; }

    /// <summary>Embeds many files on all cores.</summary>
    public EmbeddingPipeline Pipeline { get; }

    /// <summary>The captions that reasons are given in; empty where none ship with the model. Embedded at first use.</summary>
    public CaptionBank Captions => _captions.Value;

    /// <summary>What its relational scores mean to people; null where it has not been calibrated. Read at first use.</summary>
    public ScoreCalibration? RelationalCalibration => _calibration.Value.Calibration;

    /// <summary>Why a calibration beside the model is not used, as a sentence; null where there is none or it is used.</summary>
    public string? CalibrationNote => _calibration.Value.Note;

    /// <summary>What a library of this model's embeddings is marked with.</summary>
    public StoreIdentity Identity =>
        new(Encoder.Fingerprint, Encoder.Profile.Fingerprint, Encoder.RelationalDimension, Encoder.AttributeDimension);

    /// <summary>Loads the model that ships with the program.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for it.</exception>
    /// <exception cref="WeightsException">Its files are missing or damaged; the message says what to do.</exception>
    public static RelsimModel LoadDefault(EncoderOptions? options = null)
    {
        string folder = MiniEncoder.DefaultFolder;
        foreach (string file in new[] { MiniTraining.ConfigFile, MiniTraining.WeightsFile })
        {
            if (!File.Exists(Path.Combine(folder, file)))
            {
                throw new WeightsException(
                    Path.Combine(folder, file), null,
                    "this file of the model that ships with the program is missing. Build again from a complete checkout (models/mini), or load another model's folder.");
            }
        }

        return Load(folder, options);
    }

    /// <summary>
    /// Loads a model by its folder (a mini model's config.json and model.safetensors, or an adapter's over Qwen2.5-VL, CLIP or DINOv2), or one that has been pulled from the hub by its short
    /// name or id ("relsim-7b").
    /// </summary>
    /// <exception cref="ArgumentException">An option has no meaning for the model, is out of range, or asks for a device that is not there.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration lacks a key, or is of no model that is known here.</exception>
    /// <exception cref="HubException">The name is of no model, or a part of it has not been pulled; the message says how to.</exception>
    public static RelsimModel Load(string model, EncoderOptions? options = null)
    {
        (RelationalEncoder encoder, string folder) = EncoderLoader.LoadNamed(model, options);
        return FromEncoder(folder, encoder);
    }

    /// <summary>A model around an encoder, which it disposes; captions come from <paramref name="folder"/>, or from the program where it has none.</summary>
    public static RelsimModel FromEncoder(string folder, RelationalEncoder encoder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(encoder);
        return new RelsimModel(folder, encoder);
    }

    /// <summary>The relational score of two image files: the cosine of their relational embeddings, in [-1, 1]; higher is closer.</summary>
    /// <exception cref="ImageDecodeException">A file cannot be read as an image; the message names it and says why.</exception>
    public float Score(string first, string second) =>
        Cosine(Pipeline.Embed(first).Embedding!.Relational, Pipeline.Embed(second).Embedding!.Relational);

    /// <summary>Both scores of two image files, and the <paramref name="captions"/> best captions for what they share and what tells them apart.</summary>
    /// <exception cref="ImageDecodeException">A file cannot be read as an image; the message names it and says why.</exception>
    public ImageComparison Compare(string first, string second, int captions = 3) =>
        Compare(Pipeline.Embed(first).Embedding!, Pipeline.Embed(second).Embedding!, captions);

    /// <summary>As <see cref="Compare(string, string, int)"/>, of two images that this model has embedded.</summary>
    public ImageComparison Compare(RelationalEmbedding first, RelationalEmbedding second, int captions = 3)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        float relational = Cosine(first.Relational, second.Relational);
        return new ImageComparison(
            relational,
            Encoder.AttributeDimension > 0 ? Cosine(first.Attribute, second.Attribute) : null,
            first.Interest,
            second.Interest,
            Captions.SharedCaptions(first.Relational, second.Relational, captions),
            Captions.DistinctCaptions(first.Relational, second.Relational, captions),
            Captions.DistinctCaptions(second.Relational, first.Relational, captions))
        {
            RelatedProbability = RelationalCalibration?.Probability(relational),
            IsRelated = RelationalCalibration?.Threshold is { } threshold ? relational >= threshold.Score : null,
        };
    }

    /// <summary>Scores many pairs of image files, in order, each file embedded once: cosines in a space, in [-1, 1].</summary>
    /// <exception cref="ArgumentException">The model does not have that space.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read as an image; the message names it and says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IReadOnlyList<float>> ScorePairsAsync(
        IReadOnlyList<(string First, string Second)> pairs,
        EmbeddingSpace space = EmbeddingSpace.Relational,
        IProgress<LibraryProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        _ = Encoder.Dimension(space);
        string[] files = [.. pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct(StringComparer.Ordinal)];
        var embeddings = new Dictionary<string, float[]>(StringComparer.Ordinal);
        await foreach (EmbeddedImage image in Pipeline.EmbedAsync(files, cancellationToken).ConfigureAwait(false))
        {
            RelationalEmbedding embedding = image.Embedding ?? throw new InvalidDataException($"{image.Path}: {image.Error}");
            embeddings[image.Path] = space == EmbeddingSpace.Relational ? embedding.Relational : embedding.Attribute;
            progress?.Report(new LibraryProgress(embeddings.Count, files.Length, 0));
        }

        return [.. pairs.Select(pair => Cosine(embeddings[pair.First], embeddings[pair.Second]))];
    }

    /// <summary>
    /// The pictures of a library that share most logic with a picture, best first. A folder is its own library: it is embedded at the first search, brought up to
    /// date at later ones, and its embeddings are kept in the folder as <c>.relsim.db</c>.
    /// </summary>
    /// <param name="library">A folder of pictures, or a library file.</param>
    /// <param name="queryImage">The picture to look for; files with the same bytes are left out.</param>
    /// <param name="topK">Hits wanted, at least 1; fewer come back where the library holds fewer.</param>
    /// <exception cref="ImageDecodeException">The query cannot be read as an image.</exception>
    /// <exception cref="FileNotFoundException">There is no such library.</exception>
    /// <exception cref="StoreMismatchException">The library was made with another model.</exception>
    public IReadOnlyList<SearchHit> Search(string library, string queryImage, int topK = 10)
    {
        LibraryQuery query = CreateQuery([queryImage]);
        using EmbeddingStore store = OpenLibrary(library, create: Directory.Exists(library));
        if (Directory.Exists(library))
        {
            Task.Run(() => RescanAsync(store, [library])).GetAwaiter().GetResult();
        }

        return JointRanking.Load(store).Search(query, new LibrarySearchOptions { TopK = topK, Captions = Captions }).Hits;
    }

    /// <summary>The library file that a path stands for: a folder's own (<c>.relsim.db</c> in it), else the path itself.</summary>
    public static string LibraryFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) ? Path.Combine(path, LibraryInFolder) : path;
    }

    /// <summary>Opens a library of this model's embeddings, or a folder's own; <paramref name="create"/> says whether to make it where it is missing.</summary>
    /// <exception cref="FileNotFoundException">It is missing and is not to be made.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder that it should stand in is missing.</exception>
    /// <exception cref="StoreMismatchException">It was made with another model or preprocessing.</exception>
    /// <exception cref="StoreFormatException">The file is not a library, is damaged, or is of a newer version.</exception>
    public EmbeddingStore OpenLibrary(string path, bool create)
    {
        string file = LibraryFile(path);
        if (!create && !File.Exists(file))
        {
            throw new FileNotFoundException($"{file}: there is no such library.", file);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return Directory.Exists(folder)
            ? EmbeddingStore.Open(file, Identity)
            : throw new DirectoryNotFoundException($"{folder}: there is no such folder to put the library in.");
    }

    /// <summary>Adds files to a library, embeds those that changed, and leaves all else in it as it is.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was committed before stands.</exception>
    public Task<LibraryReport> AddAsync(
        EmbeddingStore store, IEnumerable<string> files, IProgress<LibraryProgress>? progress = null, CancellationToken cancellationToken = default) =>
        UpdateAsync(store, files, [], progress, cancellationToken);

    /// <summary>
    /// Brings a library up to date with folders: new and changed pictures are embedded, moved ones recorded, missing ones removed. Without
    /// folders the pictures that it holds are looked at, and no new ones.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was committed before stands.</exception>
    public Task<LibraryReport> RescanAsync(
        EmbeddingStore store, IReadOnlyList<string> folders, IProgress<LibraryProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(folders);
        // A folder's own library holds nothing else: what it names elsewhere is from before the folder was copied.
        bool isOwn = folders.Count == 1 && Path.GetFullPath(LibraryFile(folders[0])) == Path.GetFullPath(store.FilePath);
        return folders.Count > 0
            ? UpdateAsync(store, folders.SelectMany(ImageInputs.InFolder).ToArray(), isOwn ? null : folders, progress, cancellationToken)
            : UpdateAsync(store, store.Known().Keys.Concat(store.Errors().Select(error => error.Path)).Where(File.Exists), null, progress, cancellationToken);
    }

    /// <summary>Embeds what a search looks for: pictures, plus texts, minus texts.</summary>
    /// <exception cref="ImageDecodeException">A file cannot be read as an image.</exception>
    /// <exception cref="NotSupportedException">There are texts, and the model embeds none; the message says what to do.</exception>
    public LibraryQuery CreateQuery(IReadOnlyList<string> images, IReadOnlyList<string>? texts = null, IReadOnlyList<string>? withoutTexts = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        // Texts first: a model that embeds none says so before it spends its time on images.
        IReadOnlyList<float[]> with = Encoder.EmbedTexts(texts ?? []);
        IReadOnlyList<float[]> without = Encoder.EmbedTexts(withoutTexts ?? []);
        return new LibraryQuery
        {
            Images = [.. images.Select(Pipeline.Embed).Select(image => new QueryImage(image.Embedding!.Relational, image.Embedding.Attribute, image.Sha256))],
            Texts = with,
            WithoutTexts = without,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Encoder.Dispose();

    private async Task<LibraryReport> UpdateAsync(
        EmbeddingStore store, IEnumerable<string> files, IReadOnlyList<string>? roots, IProgress<LibraryProgress>? progress, CancellationToken cancellationToken)
    {
        LibraryPlan plan = await LibraryPlan.CreateAsync(store, files, roots, cancellationToken).ConfigureAwait(false);
        var options = new LibraryUpdateOptions { BatchSize = Encoder.Shape.ImagesPerCommit };
        return await LibraryUpdater.ApplyAsync(store, plan, Pipeline.EmbedForLibraryAsync, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private static float Cosine(float[] first, float[] second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            sum += (double)first[i] * second[i];
        }

        return (float)sum;
    }
}

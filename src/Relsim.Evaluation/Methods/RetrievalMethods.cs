using System.Globalization;
using System.Text.RegularExpressions;
using Relsim.Evaluation.Descriptors;
using Relsim.Torch.Captioning;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Methods;

/// <summary>What the methods of a run share.</summary>
public sealed record MethodOptions
{
    /// <summary>Device, number type and batch of relational models and captioners. The mini model takes none of it.</summary>
    public EncoderOptions Encoder { get; init; } = new();

    /// <summary>The same for the baselines, which are computed in float32, as they were published.</summary>
    internal EncoderOptions Baselines => Encoder with { DType = WeightType.F32, Calibration = null };

    /// <summary>What writes captions; null for the paper's: 'relsim-captioner-7b' for anonymous captions, Qwen2.5-VL itself for plain ones.</summary>
    public CaptionModel? Captioner { get; init; }

    /// <summary>What embeds captions in caption-minilm; null for 'minilm'.</summary>
    public TextModel? TextEncoder { get; init; }

    /// <summary>Whether the pool's own column 'caption' is taken instead of asking a captioner.</summary>
    public bool PoolCaptions { get; init; }
}

/// <summary>A kind of method.</summary>
/// <param name="Name">Its name, which also names the method where the user gives it no other.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="DefaultModel">The model that it takes where none is named; null where it needs none, or one that must be named.</param>
/// <param name="Needs">What the folder must hold that has to be named; null where a name is not needed.</param>
/// <param name="Create">(name, model, options) to the method.</param>
public sealed record MethodKind(string Name, string Description, string? DefaultModel, string? Needs, Func<string, string, MethodOptions, RetrievalMethod> Create);

/// <summary>All methods by name, and the text that chooses among them.</summary>
public static partial class RetrievalMethods
{
    /// <summary>The methods that need no weights beyond those that ship with the program.</summary>
    public const string Default = "untrained+mini";

    private const string Untrained = "untrained";
    private const string Relsim = "relsim";
    private const string AnonymousCaptioner = "relsim-captioner-7b";
    private const string PlainCaptioner = "Qwen/Qwen2.5-VL-7B-Instruct";
    private const string LpipsNeeds = "with torchvision's network and the authors' heads of version 0.1";
    private const string DreamSimNeeds = "what one of the authors' zip files is unpacked to";

    private static readonly Dictionary<string, string[]> Groups = new(StringComparer.Ordinal)
    {
        [Untrained] = ["colour-histogram", "hog", "phash", "pixels"],
        [Default] = ["mini", "mini-attribute", "colour-histogram", "hog", "phash", "pixels"],
    };

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<MethodKind> Kinds { get; } =
    [
        new(Relsim, "relational embeddings by the paper's model or any other that 'relsim embed' takes", "relsim-7b", null, OfRelational),
        new("mini", "relational embeddings by the model that ships with the program", MiniEncoder.DefaultFolder, null, OfMini),
        new("mini-attribute", "its attribute embeddings", MiniEncoder.DefaultFolder, null, OfMiniAttribute),
        new("clip-i", "CLIP, image to image", "clip", null, OfLooks("CLIP (Radford et al. 2021): cosine of projected image features")),
        new("dino", "DINO", "dino", null, OfLooks("DINO (Caron et al. 2021): cosine of the class token's features")),
        new("dinov2", "DINOv2", "dinov2", null, OfLooks("DINOv2 (Oquab et al. 2023): cosine of the class token's features")),
        new("dreamsim", "DreamSim, ensemble or one network", null, DreamSimNeeds, OfDreamSim),
        new("lpips", "LPIPS, AlexNet", null, LpipsNeeds, OfLpips(LpipsNet.Alex)),
        new("lpips-vgg", "LPIPS, VGG16", null, LpipsNeeds, OfLpips(LpipsNet.Vgg)),
        new("lpips-squeeze", "LPIPS, SqueezeNet", null, LpipsNeeds, OfLpips(LpipsNet.Squeeze)),
        new("clip-t", "an anonymous caption of the query, to images by CLIP", "clip", null, OfClipText),
        new("qwen-t", "captions of both pictures, compared as CLIP texts", "clip", null, OfPlainCaptions),
        new("caption-minilm", "anonymous captions of both pictures, compared by MiniLM", null, null, OfAnonymousCaptions),
        Describer("colour-histogram", ImageDescriptors.ColorHistogram, ScoreRange.Share),
        Describer("hog", ImageDescriptors.Hog, ScoreRange.Share),
        Describer("phash", ImageDescriptors.PerceptualHash, ScoreRange.Cosine),
        Describer("pixels", ImageDescriptors.GreyPixels, ScoreRange.Cosine),
    ];

    /// <summary>
    /// Reads a list such as <c>mini,hog,clip-i=FOLDER,tuned=relsim:FOLDER</c>: a method or group by its name, with another model, or under a name of one's own
    /// (without a kind, a relational model's). Every model is looked for; only LPIPS and DreamSim, whose files lie about under names of their own, are loaded for that.
    /// </summary>
    /// <exception cref="ArgumentException">A name is unknown, comes twice, is no file name, or lacks its model; the message lists what is known.</exception>
    /// <exception cref="Torch.Weights.Hub.HubException">A model is not there; the message says how to get it.</exception>
    /// <exception cref="Torch.Weights.WeightsException">Files of LPIPS or DreamSim are missing or damaged.</exception>
    public static IReadOnlyList<RetrievalMethod> Parse(string methods, MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(options);
        options.Encoder.Validate();
        string[] items = [.. methods.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(item => Groups.TryGetValue(item, out string[]? group) ? group : [item])];
        RetrievalMethod[] parsed = [.. items.Select(item => ParseOne(item, options))];
        return parsed.Length == 0 ? throw new ArgumentException($"No method is named. {Known()}", nameof(methods))
            : parsed.GroupBy(method => method.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twins
                ? throw new ArgumentException($"The method {twins.Key} comes twice; give one of them a name of its own, as in 'other={twins.Key}:MODEL'.", nameof(methods))
                : parsed;
    }

    private static RetrievalMethod ParseOne(string item, MethodOptions options)
    {
        string[] halves = item.Split('=', 2);
        string name = halves[0].Trim();
        if (!Names().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' cannot be a method's name: it names files, and may have letters, digits, '.', '_' and '-'.");
        }

        string? model = halves.Length > 1 ? halves[1].Trim() : null;
        string[] typed = model?.Split(':', 2) ?? [];
        MethodKind? kind = typed.Length == 2 && Find(typed[0]) is { } named ? named : Find(name) ?? (model is null ? null : Find(Relsim));
        if (kind is null)
        {
            throw new ArgumentException($"There is no method '{name}'. {Known()}");
        }

        string chosen = typed.Length == 2 && kind == Find(typed[0]) ? typed[1] : model ?? kind.DefaultModel ?? "";
        return kind.Needs is { } needs && chosen.Length == 0
            ? throw new ArgumentException($"'{name}' needs its weights: {name}=FOLDER, {needs}.")
            : kind.Create(name, chosen, options);
    }

    private static MethodKind? Find(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    private static string Known() =>
        $"Known: {string.Join(", ", Kinds.Select(kind => kind.Name))}; groups: {string.Join(", ", Groups.Keys)}; NAME=MODEL takes another model, NAME=KIND:MODEL a name of its own.";

    private static MethodKind Describer(string name, ImageDescriptor descriptor, ScoreRange range) => new(
        name,
        descriptor.Source,
        null,
        null,
        (own, model, _) => model.Length > 0 ? throw new ArgumentException($"'{name}' is computed without a model; leave '={model}' out.") : new RetrievalMethod
        {
            Name = own,
            Range = range,
            Source = descriptor.Source,
            Pool = new RowModel(name, _ => new DescriptorRows(descriptor)),
        });

    private static RetrievalMethod OfRelational(string name, string model, MethodOptions options)
    {
        ModelLocation.Require(model);
        return Relational(name, Key("relational", model, options), () => EncoderLoader.LoadNamed(model, options.Encoder).Encoder, rows => rows.Relational, "relsim (arXiv 2512.07833): cosine of relational embeddings");
    }

    private static RetrievalMethod OfMini(string name, string model, MethodOptions options) =>
        OfMini(name, model, rows => rows.Relational, "Relsim.NET's mini model: cosine of relational embeddings");

    private static RetrievalMethod OfMiniAttribute(string name, string model, MethodOptions options) =>
        OfMini(name, model, rows => rows.Attribute, "Relsim.NET's mini model: cosine of attribute embeddings");

    private static RetrievalMethod OfMini(string name, string model, Func<RelationalRows, Range> columns, string source)
    {
        if (!Directory.Exists(model))
        {
            throw new ArgumentException($"{model}: there is no such folder; '{name}' takes the folder of a mini model, or none for the one that ships with the program.");
        }

        return Relational(name, $"mini:{model}", () => EncoderLoader.Load(model), columns, source);
    }

    private static RetrievalMethod Relational(string name, string key, Func<RelationalEncoder> load, Func<RelationalRows, Range> columns, string source) => new()
    {
        Name = name,
        Range = ScoreRange.Cosine,
        Source = source,
        Pool = new RowModel(key, _ => new RelationalRows(load())),
        Columns = rows => columns((RelationalRows)rows),
    };

    private static Func<string, string, MethodOptions, RetrievalMethod> OfLooks(string source) => (name, model, options) =>
    {
        ModelLocation.Require(model);
        return new RetrievalMethod { Name = name, Range = ScoreRange.Cosine, Source = source, Pool = Looks(model, options) };
    };

    private static RowModel Looks(string model, MethodOptions options) =>
        new(Key("looks", model, options), _ => new AttributeRows(AttributeEncoderLoader.Load(model, options.Baselines)));

    private static RetrievalMethod OfDreamSim(string name, string folder, MethodOptions options)
    {
        DreamSimEncoder.Load(folder, options.Baselines).Dispose(); // several files by several authors, as with LPIPS
        return new RetrievalMethod
        {
            Name = name,
            Range = ScoreRange.Cosine,
            Source = "DreamSim (Fu et al. 2023): cosine of its embeddings, which is 1 minus its distance",
            Pool = new RowModel(Key("dreamsim", folder, options), _ => new AttributeRows(DreamSimEncoder.Load(folder, options.Baselines))),
        };
    }

    private static Func<string, string, MethodOptions, RetrievalMethod> OfLpips(LpipsNet net) => (name, folder, options) =>
    {
        // Two files by two authors under names of their own: only loading them tells whether they are there and belong together.
        LpipsMetric.LoadFolder(net, folder, options.Baselines).Dispose();
        return new RetrievalMethod
        {
            Name = name,
            Direction = ScoreDirection.LowerIsCloser,
            Range = ScoreRange.Distance,
            Source = $"LPIPS 0.1 (Zhang et al. 2018), {net}, 256 px center crop: the distance itself",
            Meaning = RowMeaning.DistancesToQueries,
            Pool = new RowModel(Key($"lpips-{net}", folder, options), context => new DistanceRows(LpipsMetric.LoadFolder(net, folder, options.Baselines), context.Queries)),
        };
    };

    private static RetrievalMethod OfClipText(string name, string model, MethodOptions options) => new()
    {
        Name = name,
        Range = ScoreRange.Cosine,
        Source = "the paper's CLIP-T, with an anonymous caption: CLIP text of the query's caption to CLIP image",
        Pool = Looks(Located(model), options),
        Query = Captions(TextModel.Clip(model, options.Baselines), CaptionPrompt.SingleImage, AnonymousCaptioner, options),
    };

    private static RetrievalMethod OfPlainCaptions(string name, string model, MethodOptions options) => new()
    {
        Name = name,
        Range = ScoreRange.Cosine,
        Source = "the paper's Qwen-T: captions of at most 30 words of both pictures, compared as CLIP texts",
        Pool = Captions(TextModel.Clip(model, options.Baselines), CaptionRows.PlainPrompt, PlainCaptioner, options),
    };

    private static RetrievalMethod OfAnonymousCaptions(string name, string model, MethodOptions options) => new()
    {
        Name = name,
        Range = ScoreRange.Cosine,
        Source = "anonymous captions of both pictures, compared by a sentence encoder (all-MiniLM-L6-v2)",
        Pool = Captions(model.Length > 0 ? TextModel.MiniLm(model) : options.TextEncoder ?? TextModel.MiniLm("minilm"), CaptionPrompt.SingleImage, AnonymousCaptioner, options),
    };

    private static RowModel Captions(TextModel texts, string prompt, string captioner, MethodOptions options)
    {
        if (options.PoolCaptions)
        {
            return new RowModel($"pool-captions:{texts.Key}", context => CaptionRows.Open(() => new PoolCaptions(context.Pool), texts.Open));
        }

        CaptionModel model = options.Captioner ?? CaptionModel.Local(captioner, options.Encoder);
        return new RowModel($"captions:{model.Key}:{prompt}:{texts.Key}", context => CaptionRows.Open(() => new AskedCaptions(model, prompt, context.Cache), texts.Open));
    }

    private static string Located(string model)
    {
        ModelLocation.Require(model);
        return model;
    }

    private static string Key(string kind, string model, MethodOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}:{model}:{options.Encoder.Device}:{options.Encoder.DType}");

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Names();
}

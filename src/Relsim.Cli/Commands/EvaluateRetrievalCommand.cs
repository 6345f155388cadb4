using System.CommandLine;
using System.Globalization;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Services;
using Relsim.Scenes;
using Relsim.Scenes.Styles;
using Relsim.Torch.Encoders;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate retrieval</c>: methods beside each other on the same queries over one pool.</summary>
internal static class EvaluateRetrievalCommand
{
    private const string CacheName = "cache.db";
    private const string PoolFolder = "pool";
    private const string DefaultRelevance = "family";
    private const string FromPool = "pool";

    public static Command Create()
    {
        var parts = new Parts();
        var command = new Command(
            "retrieval",
            "Compare methods on the same queries over a pool of pictures: hits in the published JSON, TREC run and qrels files, metrics with intervals and paired tests. A run that was stopped goes on where it was.");
        parts.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            Output output = Output.Of(parse);
            string folder = parse.GetValue(parts.Folder)!.FullName;
            IReadOnlyList<RetrievalMethod> methods = RetrievalMethods.Parse(parse.GetValue(parts.Methods)!, parts.ReadMethods(parse));
            RetrievalSettings settings = parts.ReadSettings(parse);
            RunOptionsFile.Claim(folder, parts.Describe(parse), parse.GetValue(parts.Overwrite), changed => parts.ForgetScenes(folder, changed));
            RunFolder.Begin(folder, parse, settings.Seed, parts.ReadInputs(parse), parts.Machine);
            using var progress = new StageProgress(output);
            string manifest = parse.GetValue(parts.Pool) ?? DrawScenes(parts, parse, folder, progress, cancellation);
            using RowCache cache = RowCache.Open(parse.GetValue(parts.Cache) ?? Path.Combine(folder, CacheName));
            RetrievalPool pool = RetrievalPool.Read(manifest, parse.GetValue(parts.ImageDir), cache, progress.Of("Reading pictures"), cancellation);
            IReadOnlyList<Relevance> relevances = parts.ReadRelevance(parse, pool);
            RetrievalReport report = await RetrievalEvaluation.RunAsync(pool, methods, relevances, cache, folder, settings, progress, cancellation).ConfigureAwait(false);
            string page = RunFolder.WriteReport(folder);
            progress.Dispose();
            Print(output, folder, page, report);
            return ExitCodes.Of(report.PoolSize, report.UnreadableImages);
        });
        return command;
    }

    /// <summary>Draws the gallery that the benchmark on scenes has, unless it is there already.</summary>
    private static string DrawScenes(Parts parts, ParseResult parse, string folder, StageProgress progress, CancellationToken cancellation)
    {
        int count = parse.GetValue(parts.Scenes);
        string pool = Path.Combine(folder, PoolFolder);
        if (!SceneFiles.IsComplete(pool, count))
        {
            var gallery = new SceneGalleryOptions { Count = count, Seed = (ulong)parse.GetValue(parts.Seed), Split = Split.Test };
            SceneFiles.Write(pool, SceneGallery.Create(gallery), parse.GetValue(parts.Size), progress.Of("Drawing scenes"), cancellation);
        }

        return Path.Combine(pool, SceneFiles.Captions);
    }

    private static void Print(Output output, string folder, string page, RetrievalReport report)
    {
        if (report.UnreadableImages > 0 || report.Methods.Any(method => method.UndescribedImages > 0))
        {
            output.Note($"warning: some pictures could not be read or described; they are listed in {Path.Combine(folder, RetrievalFiles.Errors)}");
        }

        output.Write(report, console => console.Write(new Spectre.Console.Text($"{File.ReadAllText(Path.Combine(folder, RetrievalFiles.Markdown))}\nFiles are in {folder}. Open {Output.ShortPath(page)}\n")));
    }

    /// <summary>The options of the command.</summary>
    private sealed class Parts
    {
        private static readonly RetrievalSettings Defaults = new();

        private readonly Option<int> _queries = new("--queries") { Description = "Queries drawn from the pool.", DefaultValueFactory = _ => Defaults.Queries };

        private readonly Option<string?> _queryFile = new("--query-file") { Description = "A file of the queries' ids, one a line, instead of drawn ones." };

        private readonly Option<int> _topK = new("--top-k") { Description = "Hits of each query in the published JSON, and cutoff of the metrics.", DefaultValueFactory = _ => Defaults.TopK };

        private readonly Option<int> _runDepth = new("--run-depth") { Description = "Hits of each query in the TREC run files; the metrics here are of whole rankings.", DefaultValueFactory = _ => Defaults.RunDepth };

        private readonly Option<int> _resamples = new("--resamples") { Description = "Bootstrap resamples of each interval and test.", DefaultValueFactory = _ => Defaults.Resamples };

        private readonly Option<string?> _relevance = new("--relevance")
        {
            Description = $"Columns of the pool's lines; pictures that say the same there are relevant to each other. One table each (default: '{DefaultRelevance}' where the pool has it).",
        };

        private readonly Option<string?> _unlabelled = new("--unlabelled") { Description = "The value of such a column that stands for no label.", DefaultValueFactory = _ => "clutter" };

        private readonly Option<string?> _qrels = new("--qrels") { Description = "A TREC qrels file with grades of relevance, by the pool's ids." };

        private readonly Option<string?> _captioner = new("--captioner") { Description = $"What writes captions for clip-t, qwen-t and caption-minilm: a Qwen2.5-VL model, or a service ({ServiceSpec.Forms}; keys and addresses come from the environment)." };

        private readonly Option<string?> _textEncoder = new("--text-encoder") { Description = $"What embeds captions for caption-minilm: a MiniLM model, or a service ({ServiceSpec.Forms})." };

        private readonly Option<string> _captions = new("--captions") { Description = "'pool' takes the column 'caption' of the pool's lines; 'ask' asks the captioner.", DefaultValueFactory = _ => "ask" };

        public ModelOption Machine { get; private set; } = null!;

        public Option<DirectoryInfo> Folder { get; } = new("--output", "-o") { Description = "Folder of the result files, and of the cache.", Required = true };

        public Option<string?> Pool { get; } = new("--pool") { Description = """The pool: a .jsonl file of {"id","path"} or the published {"image_hash",...}, further columns kept; or a folder.""" };

        public Option<string?> ImageDir { get; } = InputArguments.CreateImageDir();

        public Option<int> Scenes { get; } = new("--scenes") { Description = "Instead of a pool: draw so many scenes of unseen subjects and styles, half of them clutter, into the output folder." };

        public Option<int> Size { get; } = new("--size") { Description = "Side of such scenes in pixels.", DefaultValueFactory = _ => 128 };

        public Option<string> Methods { get; } = new("--methods")
        {
            Description = $"Methods, by comma: {string.Join(", ", RetrievalMethods.Kinds.Select(kind => kind.Name))}; NAME=MODEL for another model, NAME=KIND:MODEL for a name of one's own.",
            DefaultValueFactory = _ => RetrievalMethods.Default,
        };

        public Option<int> Seed { get; } = new("--seed") { Description = "Seed of scenes, queries, intervals and the order among equal scores.", DefaultValueFactory = _ => Defaults.Seed };

        public Option<string?> Cache { get; } = new("--cache") { Description = $"Where computed rows are kept (default: {CacheName} in the output folder); runs may share it one after another." };

        public Option<bool> Overwrite { get; } = new("--overwrite") { Description = "Replace a run with other options in the same folder." };

        public void AddTo(Command command)
        {
            foreach (Option<int> atLeastOne in (Option<int>[])[_queries, _topK, _runDepth, _resamples, Scenes])
            {
                atLeastOne.RequireAtLeast(1);
            }

            Size.RequireAtLeast(ScenePainter.SmallestSide);
            _captions.AcceptOnlyFromAmong(FromPool, "ask");
            foreach (Option option in (Option[])
                [Pool, ImageDir, Scenes, Size, Methods, _queries, _queryFile, _topK, _runDepth, Seed, _resamples, _relevance, _unlabelled, _qrels, _captioner, _textEncoder, _captions, Folder, Cache, Overwrite])
            {
                command.Options.Add(option);
            }

            Machine = ModelOption.AddMachineTo(command);
            command.Validators.Add(result =>
            {
                if (result.GetResult(Pool) is null == result.GetResult(Scenes) is null)
                {
                    result.AddError("Name a pool with --pool, or draw one with --scenes.");
                }

                if (result.GetResult(_relevance) is not null && result.GetResult(_qrels) is not null)
                {
                    result.AddError("Relevance comes from --relevance or from --qrels, not from both.");
                }
            });
        }

        public MethodOptions ReadMethods(ParseResult parse)
        {
            EncoderOptions encoder = Machine.ReadOptions(parse);
            return new MethodOptions
            {
                Encoder = encoder,
                Captioner = parse.GetValue(_captioner) is { } captioner ? CaptionModel.Of(captioner, encoder) : null,
                TextEncoder = parse.GetValue(_textEncoder) is { } text ? TextModel.Of(text) : null,
                PoolCaptions = parse.GetValue(_captions) == FromPool,
            };
        }

        public RetrievalSettings ReadSettings(ParseResult parse) => new()
        {
            Queries = parse.GetValue(_queries),
            QueryIds = parse.GetValue(_queryFile) is { } file ? [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)] : null,
            TopK = parse.GetValue(_topK),
            RunDepth = parse.GetValue(_runDepth),
            Seed = parse.GetValue(Seed),
            Resamples = parse.GetValue(_resamples),
        };

        public IReadOnlyList<Relevance> ReadRelevance(ParseResult parse, RetrievalPool pool) =>
            parse.GetValue(_qrels) is { } qrels ? [Relevance.OfQrels(pool, qrels)]
            : parse.GetValue(_relevance) is { } columns
                ? [.. columns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Select(column => Relevance.OfColumn(pool, column, parse.GetValue(_unlabelled)))]
            : pool.Images.Any(image => image.Column(DefaultRelevance) is not null) ? [Relevance.OfColumn(pool, DefaultRelevance, parse.GetValue(_unlabelled))]
            : [];

        /// <summary>The files that the command line names and the numbers depend on.</summary>
        public IEnumerable<string?> ReadInputs(ParseResult parse) => [parse.GetValue(Pool), parse.GetValue(_queryFile), parse.GetValue(_qrels)];

        /// <summary>Lets scenes be drawn again where they would be others.</summary>
        public void ForgetScenes(string folder, IReadOnlyList<string> changed)
        {
            string manifest = Path.Combine(folder, PoolFolder, SceneFiles.Captions);
            if (changed.Intersect([Scenes.Name, Size.Name, Seed.Name]).Any() && File.Exists(manifest))
            {
                File.Delete(manifest);
            }
        }

        /// <summary>What a run was asked, as it is kept beside its results; what only says where things lie is left out.</summary>
        public Dictionary<string, string> Describe(ParseResult parse) => new Option[]
        {
            Pool, ImageDir, Scenes, Size, Methods, _queries, _queryFile, _topK, _runDepth, Seed, _resamples, _relevance, _unlabelled, _qrels, _captioner, _textEncoder, _captions,
        }.Concat(Machine.Machine).ToDictionary(option => option.Name, option => Convert.ToString(parse.GetValue<object?>(option.Name), CultureInfo.InvariantCulture) ?? "");
    }
}

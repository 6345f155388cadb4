using System.CommandLine;
using Relsim.Torch.Captioning;
using Relsim.Torch.Encoders;

namespace Relsim.Cli;

/// <summary>The options that choose a model and how it runs: <c>mini</c>, which ships with the program, a folder, or a model of the hub.</summary>
internal sealed class ModelOption
{
    public const string Mini = "mini";
    public const string Captioner = "relsim-captioner-7b";

    private static readonly Dictionary<string, WeightType> Types = new(StringComparer.Ordinal)
    {
        ["bf16"] = WeightType.Bf16,
        ["f32"] = WeightType.F32,
        ["int8"] = WeightType.I8,
    };

    private readonly Option<string> _model;

    private readonly Option<string?> _device = new("--device") { Description = "Where a big model runs: cpu (default), cuda or cuda:N." };

    private readonly Option<string?> _type = new("--dtype") { Description = "Type of a big model's weights: bf16 (default where the processor has it), f32 or int8." };

    private readonly Option<string?> _calibration = new("--calibration")
    {
        Description = "Folder of pictures that show which channels int8 must keep in float (default: a few drawn ones).",
    };

    private readonly Option<int?> _batchTokens = new("--batch-tokens")
    {
        Description = $"Most tokens of pictures that a big model embeds at once (default {EncoderOptions.DefaultBatchTokens}); a picture of 448 x 448 pixels has 256.",
    };

    private readonly Option<string?> _profile;

    private readonly Option<string?> _base = new("--base") { Description = "Folder or hub id of the model that an adapter changes (default: the one that it names)." };

    private readonly Option<string?> _textModel = new("--text-model") { Description = "Folder or hub id of the model that embeds texts beside a big model (default: all-MiniLM-L6-v2 where it was pulled)." };

    private Option[] _all = [];

    private ModelOption(string model, string description, string profiles)
    {
        _model = new Option<string>("--model") { Description = description, DefaultValueFactory = _ => model };
        _profile = new Option<string?>("--profile") { Description = $"How pictures are prepared for a big model: {profiles}." };
        _type.AcceptOnlyFromAmong([.. Types.Keys]);
    }

    /// <summary>Adds all of them, and their checks, to a command that embeds.</summary>
    public static ModelOption AddTo(Command command)
    {
        var option = new ModelOption(
            Mini, "The model: 'mini', which ships with the program, a pulled one ('relsim-7b' or an id of the hub), or a model's folder.", "relsim-train448 (default) or relsim-native");
        option.Add(command, option._textModel);
        return option;
    }

    /// <summary>Adds those of a command that writes captions.</summary>
    public static ModelOption AddCaptionerTo(Command command)
    {
        var option = new ModelOption(
            Captioner, "The model: a pulled one ('relsim-captioner-7b' or an id of the hub), or the folder of a Qwen2.5-VL model or adapter.", "captioner-448 (default) or relsim-native");
        option.Add(command);
        return option;
    }

    /// <summary>Adds those that say where and in which type a command's big models run.</summary>
    public static ModelOption AddMachineTo(Command command)
    {
        var option = new ModelOption(Mini, "", "");
        foreach (Option part in option.Machine)
        {
            command.Options.Add(part);
        }

        return option;
    }

    /// <summary>The options that say where and in which type models run.</summary>
    public IReadOnlyList<Option> Machine => [_device, _type, _batchTokens];

    /// <summary>The device where a command line lets models run; null for the processor.</summary>
    public string? FindAccelerator(ParseResult parse) => parse.GetValue(_device) is { } device and not "cpu" ? device : null;

    /// <summary>The name of the first of these options that a command line gives, or null.</summary>
    public string? FindGiven(ParseResult parse) =>
        _all.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>Loads the captioner that a command line asks for.</summary>
    public Qwen25VLChatClient LoadCaptioner(ParseResult parse)
    {
        string model = parse.GetValue(_model)!;
        return model == Mini
            ? throw new CommandException($"the model '{Mini}' writes no captions. Take '{Captioner}' (relsim models pull {Captioner}), or 'relsim explain' for captions from its list.")
            : Qwen25VLChatClient.Load(model, ReadOptions(parse));
    }

    /// <summary>Loads the model that a command line asks for.</summary>
    public RelsimModel Load(ParseResult parse) => Load(parse.GetValue(_model)!, ReadOptions(parse));

    /// <summary>Loads a model by its name or folder.</summary>
    public static RelsimModel Load(string model, EncoderOptions? options = null) =>
        model == Mini ? RelsimModel.LoadDefault(options) : RelsimModel.Load(model, options);

    /// <summary>How models are loaded, as the command line says.</summary>
    public EncoderOptions ReadOptions(ParseResult parse) => new()
    {
        Device = parse.GetValue(_device),
        DType = parse.GetValue(_type) is { } type ? Types[type] : null,
        BatchTokens = parse.GetValue(_batchTokens),
        Profile = parse.GetValue(_profile),
        Base = parse.GetValue(_base),
        TextModel = parse.GetValue(_textModel),
        Calibration = parse.GetValue(_calibration),
    };

    private void Add(Command command, params ReadOnlySpan<Option> more)
    {
        _all = [_model, _base, .. more, _device, _type, _calibration, _batchTokens, _profile];
        foreach (Option part in _all)
        {
            command.Options.Add(part);
        }
    }
}

using System.CommandLine;
using Relsim.Torch.Encoders;

namespace Relsim.Cli;

/// <summary>The options that choose a model and how it runs: <c>mini</c>, which ships with the program, or a folder.</summary>
internal sealed class ModelOption
{
    public const string Mini = "mini";

    private static readonly Dictionary<string, WeightType> Types = new(StringComparer.Ordinal)
    {
        ["bf16"] = WeightType.Bf16,
        ["f32"] = WeightType.F32,
        ["int8"] = WeightType.I8,
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = "The model: 'mini', which ships with the program, or a model's folder.",
        DefaultValueFactory = _ => Mini,
    };

    private readonly Option<string?> _device = new("--device") { Description = "Where a big model runs: cpu (default), cuda or cuda:N." };

    private readonly Option<string?> _type = new("--dtype") { Description = "Type of a big model's weights: bf16 (default where the processor has it), f32 or int8." };

    private readonly Option<int?> _batchTokens = new("--batch-tokens")
    {
        Description = $"Most tokens of pictures that a big model embeds at once (default {EncoderOptions.DefaultBatchTokens}); a picture of 448 x 448 pixels has 256.",
    };

    private readonly Option<string?> _profile = new("--profile") { Description = "How pictures are prepared for a big model: relsim-train448 (default) or relsim-native." };

    /// <summary>Adds all of them, and their checks, to a command.</summary>
    public static ModelOption AddTo(Command command)
    {
        var option = new ModelOption();
        option._type.AcceptOnlyFromAmong([.. Types.Keys]);
        foreach (Option part in new Option[] { option._model, option._device, option._type, option._batchTokens, option._profile })
        {
            command.Options.Add(part);
        }

        return option;
    }

    /// <summary>Loads the model that a command line asks for.</summary>
    public RelsimModel Load(ParseResult parse) => Load(parse.GetValue(_model)!, ReadOptions(parse));

    /// <summary>Loads a model by its name or folder.</summary>
    public static RelsimModel Load(string model, EncoderOptions? options = null) =>
        model == Mini ? RelsimModel.LoadDefault(options) : RelsimModel.Load(model, options);

    private EncoderOptions ReadOptions(ParseResult parse) => new()
    {
        Device = parse.GetValue(_device),
        DType = parse.GetValue(_type) is { } type ? Types[type] : null,
        BatchTokens = parse.GetValue(_batchTokens),
        Profile = parse.GetValue(_profile),
    };
}

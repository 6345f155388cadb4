using System.CommandLine;

namespace Relsim.Cli;

/// <summary>The option that chooses a model: <c>mini</c>, which ships with the program, or a folder.</summary>
internal static class ModelOption
{
    public const string Mini = "mini";

    public static Option<string> Create() => new("--model")
    {
        Description = "The model: 'mini', which ships with the program, or a folder with config.json and model.safetensors.",
        DefaultValueFactory = _ => Mini,
    };

    public static RelsimModel Load(string model) => model == Mini ? RelsimModel.LoadDefault() : RelsimModel.Load(model);
}

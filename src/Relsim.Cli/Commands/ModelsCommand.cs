using System.CommandLine;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim models list|show|pull|verify|remove</c>: which models there are, and those of the hub on this machine.</summary>
internal static class ModelsCommand
{
    /// <summary>How a model of the hub may be named, for descriptions of arguments.</summary>
    public static string Names { get; } =
        $"{string.Join(", ", KnownModels.All.Select(model => $"'{model.Alias}'"))} or an id of the hub, organization/name[@revision].";

    public static Command Create() => new("models", "List and describe models, and bring those of the hub to this machine.")
    {
        ModelsListCommand.Create(),
        ModelsShowCommand.Create(),
        ModelsPullCommand.Create(),
        ModelsVerifyCommand.Create(),
        ModelsRemoveCommand.Create(),
    };
}

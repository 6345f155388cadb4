using Relsim.Torch.Weights.Hub;

namespace Relsim.Evaluation.Methods;

/// <summary>Where a model lies that a user named: asked for all models of a run before the first of them works.</summary>
internal static class ModelLocation
{
    /// <summary>Whether a name has the form of a service's model ("openai:gpt-4o"); no path and no id of the hub has.</summary>
    public static bool IsService(string model) => model.Contains(':', StringComparison.Ordinal) && !Directory.Exists(model);

    /// <summary>The folder (or file) of a model that is named by its path, a short name or an id of the hub; of a model of several parts, the main one's.</summary>
    /// <exception cref="HubException">It is no path and has not been pulled; the message says how to.</exception>
    public static string Require(string model)
    {
        if (Directory.Exists(model) || File.Exists(model))
        {
            return model;
        }

        using ModelStore store = ModelStore.Open();
        IReadOnlyDictionary<ModelRole, string> parts = store.Locate(model);
        return parts.TryGetValue(ModelRole.Model, out string? folder) ? folder : parts[ModelRole.Adapter];
    }
}

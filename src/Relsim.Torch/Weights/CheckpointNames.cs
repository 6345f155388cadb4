namespace Relsim.Torch.Weights;

/// <summary>
/// The two trees in which checkpoints and adapters of one vision-language model come: the hub's flat one (`visual.*`, `model.layers.*`),
/// which our modules follow, and that of transformers 4.52 and later (`model.visual.*`, `model.language_model.*`).
/// </summary>
internal static class CheckpointNames
{
    private const string LanguageModel = "model.language_model.";
    private const string Vision = "model.visual.";

    /// <summary>Whether a name is of the newer tree for certain; `lm_head` is the same in both.</summary>
    public static bool IsNewer(string name) =>
        name.StartsWith(LanguageModel, StringComparison.Ordinal) || name.StartsWith(Vision, StringComparison.Ordinal);

    /// <summary>The hub's name for a name of either tree.</summary>
    public static string ToHub(string name) =>
        name.StartsWith(LanguageModel, StringComparison.Ordinal) ? $"model.{name[LanguageModel.Length..]}"
        : name.StartsWith(Vision, StringComparison.Ordinal) ? name["model.".Length..]
        : name;

    /// <summary>The newer tree's name for a name of the hub's.</summary>
    public static string ToNewer(string name) =>
        IsNewer(name) ? name
        : name.StartsWith("visual.", StringComparison.Ordinal) ? $"model.{name}"
        : name.StartsWith("model.", StringComparison.Ordinal) ? $"{LanguageModel}{name["model.".Length..]}"
        : name;
}

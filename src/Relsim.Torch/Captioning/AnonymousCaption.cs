using Relsim.Datasets;

namespace Relsim.Torch.Captioning;

/// <summary>A caption that a model gave, and whether it keeps to the rules.</summary>
/// <param name="Text">The caption, trimmed and without the quotation marks that some models put around it.</param>
/// <param name="Findings">Why it is not anonymous; empty where it is.</param>
public sealed record AnonymousCaption(string Text, IReadOnlyList<AnonymityFinding> Findings)
{
    /// <summary>Whether it has placeholders and leaks no concrete noun.</summary>
    public bool IsAnonymous => Findings.Count == 0;
}

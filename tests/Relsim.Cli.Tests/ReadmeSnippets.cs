using Relsim;

namespace Relsim.Cli.Tests;

/// <summary>The README's code, compiled; <see cref="ReadmeTests"/> compares it with the README and runs it.</summary>
internal static class ReadmeSnippets
{
    public static void Library()
    {
        #region library
        using var relsim = RelsimModel.LoadDefault();
        float score = relsim.Score("a.jpg", "b.jpg");
        foreach (var hit in relsim.Search("pictures/", "query.jpg")) Console.WriteLine($"{hit.RelationalScore:F3} {hit.Path}: {hit.Reason?.Caption}");
        #endregion
        Assert.InRange(score, -1, 1);
    }
}

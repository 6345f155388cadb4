using Relsim.Search;
using Spectre.Console;

namespace Relsim.Cli;

/// <summary>Captions with their cosines, for people.</summary>
internal static class CaptionTables
{
    /// <summary>The interest of both pictures for JSON; null where the model does not say.</summary>
    public static float[]? Interest(this ImageComparison comparison) =>
        comparison is { FirstInterest: { } first, SecondInterest: { } second } ? [first, second] : null;

    public static void Print(IAnsiConsole console, string title, IReadOnlyList<CaptionMatch> captions)
    {
        var table = Output.CreateTable(">", "");
        foreach (CaptionMatch caption in captions)
        {
            table.AddTextRow(Output.Number(caption.Score), caption.Caption);
        }

        Print(console, title, table, captions.Count);
    }

    public static void Print(IAnsiConsole console, string title, IReadOnlyList<CaptionContrast> captions)
    {
        var table = Output.CreateTable(">this", ">other", "");
        foreach (CaptionContrast caption in captions)
        {
            table.AddTextRow(Output.Number(caption.First), Output.Number(caption.Second), caption.Caption);
        }

        Print(console, title, table, captions.Count);
    }

    private static void Print(IAnsiConsole console, string title, Table table, int count)
    {
        console.WriteLine();
        console.WriteLine(title);
        if (count == 0)
        {
            console.WriteLine("(the model has no captions.txt beside it, or embeds no texts)");
            return;
        }

        console.Write(table);
    }
}

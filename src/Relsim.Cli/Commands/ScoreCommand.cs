using System.CommandLine;
using System.Globalization;
using Relsim.Torch.Encoders;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim score A B</c>: how much logic two pictures share, and how alike they look.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("A") { Description = "A picture." };
        var second = new Argument<string>("B") { Description = "Another picture." };
        var command = new Command("score", "Score two pictures: shared logic (relational) and likeness of looks (attribute), each from -1 to 1.") { first, second };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(parse =>
        {
            string a = parse.GetValue(first)!, b = parse.GetValue(second)!;
            using RelsimModel relsim = model.Load(parse);
            Output output = Output.Of(parse);
            Print(output, a, b, relsim.Compare(a, b), relsim.RelationalCalibration?.Threshold);
            if (relsim.CalibrationNote is { } note)
            {
                output.Note($"note: {note}");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    internal static void Print(Output output, string first, string second, ImageComparison result, CalibrationThreshold? threshold = null)
    {
        var document = new
        {
            first,
            second,
            relational = result.RelationalScore,
            result.RelatedProbability,
            result.IsRelated,
            threshold,
            attribute = result.AttributeScore,
            interest = result.Interest(),
            result.SharedCaptions,
        };
        output.Write(document, console =>
        {
            var table = Output.CreateTable("", ">");
            table.AddTextRow("relational", Output.Number(result.RelationalScore));
            foreach ((string name, float? value) in new[]
                { ("probability that people call it related", (float?)result.RelatedProbability), ("attribute", result.AttributeScore), ($"a relation in {first}", result.FirstInterest), ($"a relation in {second}", result.SecondInterest) })
            {
                if (value is not null)
                {
                    table.AddTextRow(name, Output.Number(value));
                }
            }

            console.Write(table);
            if (threshold is not null)
            {
                console.Write(new Text(Verdict(result.IsRelated == true, threshold)));
            }

            CaptionTables.Print(console, "What both show:", result.SharedCaptions);
        });
    }

    private static string Verdict(bool isRelated, CalibrationThreshold threshold) => string.Create(
        CultureInfo.InvariantCulture,
        $"\n{(isRelated ? "Related: at or above" : "Not related: below")} the threshold {threshold.Score:0.000}, from which on {threshold.Precision:P0} of {threshold.Pairs} labelled pairs are related.\n");
}

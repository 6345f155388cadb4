using System.CommandLine;
using Relsim.Search;
using Relsim.Torch.Encoders;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim explain A [B]</c>: in words, what logic a picture shows, or what two share and what tells them apart.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("A") { Description = "A picture." };
        var second = new Argument<string?>("B") { Description = "Another picture, to compare it with.", Arity = ArgumentArity.ZeroOrOne };
        var count = new Option<int>("--captions") { Description = "Captions to show in each list.", DefaultValueFactory = _ => 5 };
        count.RequireAtLeast(1);
        var command = new Command("explain", "Say in anonymous captions what logic a picture shows, or what two pictures share and what differs.") { first, second, count };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(parse =>
        {
            string a = parse.GetValue(first)!;
            using RelsimModel relsim = model.Load(parse);
            if (parse.GetValue(second) is { } b)
            {
                Print(Output.Of(parse), a, b, relsim.Compare(a, b, parse.GetValue(count)));
            }
            else
            {
                RelationalEmbedding embedding = relsim.Pipeline.Embed(a).Embedding!;
                Print(Output.Of(parse), a, embedding.Interest, relsim.Captions.BestCaptions(embedding.Relational, parse.GetValue(count)));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    internal static void Print(Output output, string path, float? interest, IReadOnlyList<CaptionMatch> captions) =>
        output.Write(new { path, interest, captions }, console =>
        {
            if (interest is not null)
            {
                console.WriteLine($"Probability that {path} shows a relation: {Output.Number(interest)}");
            }

            CaptionTables.Print(console, "Captions that fit it best:", captions);
        });

    internal static void Print(Output output, string first, string second, ImageComparison result)
    {
        var document = new
        {
            first,
            second,
            relational = result.RelationalScore,
            attribute = result.AttributeScore,
            interest = result.Interest(),
            result.SharedCaptions,
            result.FirstOnly,
            result.SecondOnly,
        };
        output.Write(document, console =>
        {
            string looks = result.AttributeScore is { } attribute ? $", attribute score {Output.Number(attribute)}" : "";
            console.WriteLine($"Relational score {Output.Number(result.RelationalScore)}{looks}.");
            CaptionTables.Print(console, "What both show:", result.SharedCaptions);
            CaptionTables.Print(console, $"What {first} shows and the other does not:", result.FirstOnly);
            CaptionTables.Print(console, $"What {second} shows and the other does not:", result.SecondOnly);
        });
    }
}

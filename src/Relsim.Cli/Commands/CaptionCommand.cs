using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Relsim.Datasets;
using Relsim.Evaluation.Services;
using Relsim.Imaging;
using Relsim.Torch.Captioning;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim caption INPUT... --output FILE.jsonl</c>: anonymous captions of pictures, or the one that a group shares.</summary>
internal static class CaptionCommand
{
    private static readonly CaptionOptions Defaults = new();

    public static Command Create()
    {
        var parts = new Parts();
        var command = new Command(
            "caption",
            "Write anonymous captions of pictures as JSON lines. Unreadable ones are listed in FILE.errors.jsonl; a run that was stopped goes on where it was.");
        parts.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            Output output = Output.Of(parse);
            IReadOnlyList<ImageInput> pictures = InputArguments.Expand(parse.GetValue(parts.Inputs)!, parse.GetValue(parts.ImageDir));
            CaptionOptions options = parts.Read(parse);
            AnonymityCheck check = parse.GetValue(parts.Nouns) is { } nouns ? AnonymityCheck.Default.WithFile(nouns) : AnonymityCheck.Default;
            (IChatClient client, string fingerprint) = parts.Open(parse);
            using IChatClient owned = client;
            string path = parse.GetValue(parts.Output)!;
            if (parse.GetValue(parts.Group))
            {
                return await CaptionGroupAsync(output, path, pictures, new GroupCaptioner(client, options, check), cancellation).ConfigureAwait(false);
            }

            using ProgressBar bar = output.StartProgress("Captioning");
            var export = new CaptionExport(new AnonymousCaptioner(client, options, check), Describe(fingerprint, options));
            CaptionReport report = await export.WriteAsync(path, pictures, bar, cancellation).ConfigureAwait(false);
            bar.Dispose();
            Print(output, path, report);
            return ExitCodes.Of(report.Images, report.Errors.Count);
        });
        return command;
    }

    private static async Task<int> CaptionGroupAsync(
        Output output, string path, IReadOnlyList<ImageInput> pictures, GroupCaptioner captioner, CancellationToken cancellation)
    {
        var decoder = new ImageDecoder();
        EncodedImage[] images = [.. pictures.Select(picture => new EncodedImage(decoder.ReadFile(picture.Path), picture.Path))];
        IReadOnlyList<AnonymousCaption> captions = await captioner.CaptionAsync(images, cancellation).ConfigureAwait(false);
        CaptionLine[] lines = [.. captions.Select((caption, sample) => CaptionLine.OfGroup(pictures, caption, sample))];
        CaptionExport.Write(path, lines);
        Print(output, path, new CaptionReport(pictures.Count, lines.Length, lines.Count(line => !line.IsAnonymous), [], null));
        return ExitCodes.Ok;
    }

    /// <summary>What makes one run's captions those of another: model and options.</summary>
    private static string Describe(string model, CaptionOptions options)
    {
        string prompt = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Prompt ?? CaptionPrompt.SingleImage)))[..8];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model}, prompt {prompt}, {options.Samples} samples of {options.MaxTokens} tokens, temperature {options.Temperature}, top-p {options.TopP}, seed {options.Seed}");
    }

    private static void Print(Output output, string path, CaptionReport report)
    {
        if (report.ErrorFile is not null)
        {
            output.Note(report.Images > 0
                ? $"warning: {report.Errors.Count} pictures could not be read; they are listed in {report.ErrorFile}"
                : $"error: none of the {report.Errors.Count} pictures could be read, so {path} was not written; the reasons are in {report.ErrorFile}");
        }

        var document = new
        {
            output = report.Captions > 0 ? path : null,
            report.Images,
            report.Captions,
            report.NotAnonymous,
            Unreadable = report.Errors.Count,
            report.ErrorFile,
        };
        output.Write(document, console => console.WriteLine(
            $"Pictures: {report.Images}. Captions: {report.Captions}{(report.Captions > 0 ? $", written to {path}" : "")}. Not anonymous: {report.NotAnonymous}."));
    }

    /// <summary>The arguments and options of the command.</summary>
    private sealed class Parts
    {
        public Argument<string[]> Inputs { get; } = InputArguments.Create();

        public Option<string?> ImageDir { get; } = InputArguments.CreateImageDir();

        public Option<string> Output { get; } = new("--output", "-o") { Description = "The JSONL file to write: a line for each caption.", Required = true };

        public Option<bool> Group { get; } = new("--group") { Description = "Ask for the one caption that all the pictures share." };

        public Option<string?> Nouns { get; } = new("--nouns")
        {
            Description = "A file of concrete nouns that a caption must not name, beside those known; '-word' takes one off the list.",
        };

        private ModelOption Model { get; set; } = null!;

        private ServiceOption Service { get; } = new("--service", "Let a service write the captions instead of a local model");

        private Option<int> Samples { get; } = new("--samples") { Description = "Captions of each picture.", DefaultValueFactory = _ => Defaults.Samples };

        private Option<string?> Prompt { get; } = new("--prompt")
        {
            Description = "A file with the question to ask: text, or the published config.yaml (prompt: anonymous_captioning:).",
        };

        private Option<float> Temperature { get; } = new("--temperature") { Description = "0 takes the likeliest token each time.", DefaultValueFactory = _ => Defaults.Temperature };

        private Option<float> TopP { get; } = new("--top-p") { Description = "Sample from the likeliest tokens that together have this probability.", DefaultValueFactory = _ => Defaults.TopP };

        private Option<int> MaxTokens { get; } = new("--max-tokens") { Description = "Most tokens of a caption.", DefaultValueFactory = _ => Defaults.MaxTokens };

        private Option<long> Seed { get; } = new("--seed") { Description = "Equal seeds give equal captions.", DefaultValueFactory = _ => Defaults.Seed };

        public void AddTo(Command command)
        {
            Samples.RequireAtLeast(1);
            MaxTokens.RequireAtLeast(1);
            command.Arguments.Add(Inputs);
            foreach (Option option in (Option[])[ImageDir, Output, Group, Samples, Prompt, Nouns, Temperature, TopP, MaxTokens, Seed])
            {
                command.Options.Add(option);
            }

            Model = ModelOption.AddCaptionerTo(command);
            Service.AddTo(command);
        }

        /// <summary>The captioner that is asked for, and what tells its captions from those of others.</summary>
        public (IChatClient Client, string Fingerprint) Open(ParseResult parse)
        {
            if (Service.Find(parse) is not { } spec)
            {
                Qwen25VLChatClient local = Model.LoadCaptioner(parse);
                return (local, local.Fingerprint);
            }

            return Model.FindGiven(parse) is { } option
                ? throw new CommandException($"{option} is about a local model, and --service asks a service. Leave one of them out.")
                : (new BackoffChatClient(Service.Open(parse, spec)), spec.ToString());
        }

        public CaptionOptions Read(ParseResult parse) => new()
        {
            Prompt = parse.GetValue(Prompt) is { } file ? CaptionPrompt.Read(file) : null,
            Samples = parse.GetValue(Samples),
            MaxTokens = parse.GetValue(MaxTokens),
            Temperature = parse.GetValue(Temperature),
            TopP = parse.GetValue(TopP),
            Seed = parse.GetValue(Seed),
        };
    }
}

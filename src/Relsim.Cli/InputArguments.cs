using System.CommandLine;
using Relsim.Datasets;
using Relsim.Imaging;

namespace Relsim.Cli;

/// <summary>INPUT: images, folders of them, or JSONL manifests.</summary>
internal static class InputArguments
{
    public static Argument<string[]> Create() => new("INPUT")
    {
        Description = """Images, folders, or .jsonl files with {"id","path"} or the published {"image_hash",...} on each line.""",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string?> CreateImageDir() => new("--image-dir")
    {
        Description = "Where the pictures of a .jsonl file are; by default beside it.",
    };

    /// <exception cref="CommandException">There is no picture in what was named.</exception>
    public static IReadOnlyList<ImageInput> Expand(string[] inputs, string? imageDir)
    {
        ImageInput[] pictures = [.. ImageInputs.Expand(inputs, imageDir)];
        return pictures.Length > 0
            ? pictures
            : throw new CommandException($"there is no picture in {string.Join(", ", inputs)}. Taken are {string.Join(" ", ImageFormats.Extensions)}");
    }
}

using System.CommandLine;

namespace Relsim.Cli;

/// <summary>Checks of option values that make a usage error with a sentence.</summary>
internal static class OptionExtensions
{
    /// <summary>The value, where one is given, is at least <paramref name="least"/>.</summary>
    public static void RequireAtLeast(this Option<int> option, int least) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value < least)
        {
            result.AddError($"{option.Name} must be at least {least}, not {value}.");
        }
    });

    /// <summary>The value, where one is given, is at least <paramref name="least"/> and at most <paramref name="most"/>.</summary>
    public static void RequireBetween(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
        {
            result.AddError($"{option.Name} must be from {least} to {most}, not {value}.");
        }
    });
}

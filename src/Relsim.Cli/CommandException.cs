namespace Relsim.Cli;

/// <summary>A command cannot do what was asked; the message says why and what to do, and is printed as it is.</summary>
internal sealed class CommandException(string message) : Exception(message);

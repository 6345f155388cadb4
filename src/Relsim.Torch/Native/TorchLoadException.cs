namespace Relsim.Torch.Native;

/// <summary>The native tensor library could not be loaded; the message names the file, the loader's reason and what to do.</summary>
public sealed class TorchLoadException : Exception
{
    /// <summary>An error without further details.</summary>
    public TorchLoadException()
        : base("The native tensor library could not be loaded.")
    {
    }

    /// <summary>An error with the loader's reason.</summary>
    public TorchLoadException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the loader's reason and the exception behind it.</summary>
    public TorchLoadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

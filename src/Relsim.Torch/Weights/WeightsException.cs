namespace Relsim.Torch.Weights;

/// <summary>A file of weights is missing, damaged or does not fit the model; the message names the file and each tensor concerned.</summary>
public sealed class WeightsException : Exception
{
    /// <summary>An error without further details.</summary>
    public WeightsException()
        : base("The weights cannot be used.")
    {
    }

    /// <summary>An error with its whole message.</summary>
    public WeightsException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its whole message and the exception behind it.</summary>
    public WeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error of the file at <paramref name="path"/>, of <paramref name="tensor"/> in it where one is named.</summary>
    public WeightsException(string path, string? tensor, string reason, Exception? innerException = null)
        : base(tensor is null ? $"{path}: {reason}" : $"{path}: tensor '{tensor}': {reason}", innerException)
    {
        FilePath = path;
        TensorName = tensor;
    }

    /// <summary>The file as the caller named it, or null where the error is of no single file.</summary>
    public string? FilePath { get; }

    /// <summary>The tensor's name, or null where the error is of the file as a whole or of several tensors.</summary>
    public string? TensorName { get; }
}

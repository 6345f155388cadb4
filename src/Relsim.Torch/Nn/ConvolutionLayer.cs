using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// A convolution over rows and columns with a bias. Letters: B images, C and O channels in and out, H and W sides of the input, h and w of the output.
/// </summary>
internal sealed class ConvolutionLayer : WeightLayer
{
    private readonly long kernel;
    private readonly long stride;
    private readonly long padding;
    private Parameter weight;
    private Parameter bias;

    public ConvolutionLayer(long inputs, long outputs, long kernel, long stride = 1, long padding = 0)
        : base(nameof(ConvolutionLayer))
    {
        (this.kernel, this.stride, this.padding) = (kernel, stride, padding);
        weight = Shaped(outputs, inputs, kernel, kernel);
        bias = Shaped(outputs);
        RegisterComponents();
    }

    /// <summary>O.</summary>
    public long Outputs => weight.shape[0];

    /// <summary>A side of the output for a side of the input; not positive where the input is smaller than the kernel.</summary>
    public long SideOf(long side) => side + (2 * padding) < kernel ? 0 : ((side + (2 * padding) - kernel) / stride) + 1;

    public override Tensor forward(Tensor input) =>
        functional.conv2d(input, weight, bias, strides: [stride, stride], padding: [padding, padding]); // [B, C, H, W] -> [B, O, h, w]

    protected override void Assign(string name, Parameter parameter)
    {
        if (name == nameof(weight))
        {
            Replace(ref weight, parameter);
        }
        else
        {
            Replace(ref bias, parameter);
        }
    }
}

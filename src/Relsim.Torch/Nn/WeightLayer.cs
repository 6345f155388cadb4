using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// A layer that takes its weights as they lie in a mapped file, without a copy. Until then its parameters have shapes alone (the meta
/// device), so that a model of any size is built at once and in no memory.
/// </summary>
internal abstract class WeightLayer : Module<Tensor, Tensor>
{
    protected WeightLayer(string name)
        : base(name)
    {
    }

    /// <summary>Puts <paramref name="weight"/>, which becomes the layer's own, in the place of the parameter called <paramref name="name"/>.</summary>
    public void Bind(string name, Tensor weight)
    {
        var parameter = new Parameter(weight, requires_grad: false);
        Assign(name, parameter);
        ConditionallyRegisterParameter(name, parameter);
    }

    /// <summary>A parameter of a shape, without values.</summary>
    protected static Parameter Shaped(params long[] shape) => new(empty(shape, device: META), requires_grad: false);

    /// <summary>Sets the field of the parameter called <paramref name="name"/>; the old one is disposed.</summary>
    protected abstract void Assign(string name, Parameter parameter);

    /// <summary>Puts <paramref name="parameter"/> in the place of <paramref name="field"/>.</summary>
    protected static void Replace(ref Parameter field, Parameter parameter)
    {
        field.Dispose();
        field = parameter;
    }
}

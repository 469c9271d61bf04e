using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>The gradient of one optimizer step: the sum of the updates of its samples, in float32, one tensor per parameter. Owns them.</summary>
internal sealed class GradientSum : IDisposable
{
    // 1 MB: the sum's chunk and one gradient's lie in a core's cache together.
    private const long ChunkElements = 1 << 18;

    private readonly Tensor?[] _sums;

    /// <param name="parameters">How many parameters are moved.</param>
    public GradientSum(int parameters) => _sums = new Tensor?[parameters];

    /// <summary>Nothing was added since the last step.</summary>
    public bool IsEmpty => _sums.All(sum => sum is null);

    /// <summary>Adds a multiple of a gradient.</summary>
    /// <param name="parameter">The parameter's index.</param>
    /// <param name="gradient">Of any float dtype; left to the caller.</param>
    /// <param name="coefficient">Its factor.</param>
    public void Add(int parameter, Tensor gradient, double coefficient) => Add(parameter, [(gradient, coefficient)]);

    /// <summary>Adds multiples of several gradients, chunk after chunk: a chunk of the sum stays in the cache while all are added to it.</summary>
    /// <param name="parameter">The parameter's index.</param>
    /// <param name="terms">Gradients of one shape and any float dtype, left to the caller, with their factors.</param>
    public void Add(int parameter, IReadOnlyList<(Tensor Gradient, double Coefficient)> terms)
    {
        if (terms.Count == 0)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor first = terms[0].Gradient;
        bool isNew = _sums[parameter] is null;
        Tensor sum = _sums[parameter] ??= empty(first.shape, ScalarType.Float32, first.device).DetachFromDisposeScope();
        Tensor sum_N = sum.reshape(-1);
        Tensor[] gradients_N = [.. terms.Select(term => term.Gradient.reshape(-1))];
        Scalar[] factors = [.. terms.Select(term => Scalars.Own(term.Coefficient))];
        for (long start = 0; start < sum_N.numel(); start += ChunkElements)
        {
            using DisposeScope chunk = NewDisposeScope();
            long length = Math.Min(ChunkElements, sum_N.numel() - start);
            Tensor part_N = sum_N.narrow(0, start, length);
            for (int term = 0; term < factors.Length; term++)
            {
                Tensor wide_N = gradients_N[term].narrow(0, start, length).to_type(ScalarType.Float32);
                if (isNew && term == 0)
                {
                    part_N.copy_(wide_N.mul(factors[term]));
                }
                else
                {
                    part_N.add_(wide_N, factors[term]);
                }
            }
        }

        Array.ForEach(factors, factor => factor.Dispose());
    }

    /// <summary>The norm of all parts together, in float64.</summary>
    public double Norm()
    {
        using InnerProducts products = new(1);
        foreach (Tensor? sum in _sums)
        {
            if (sum is not null)
            {
                products.Add([sum]);
            }
        }

        return Math.Sqrt(products.ToArray()[0, 0]);
    }

    /// <summary>Multiplies everything.</summary>
    /// <param name="factor">The factor.</param>
    public void Scale(double factor)
    {
        using IDisposable noGrad = no_grad();
        using Scalar scalar = Scalars.Own(factor);
        foreach (Tensor? sum in _sums)
        {
            sum?.mul_(scalar);
        }
    }

    /// <summary>Gives the sums to an optimizer as its parameters' gradients; this object is empty afterwards.</summary>
    /// <param name="optimised">What the optimizer steps, in the order of the parameters.</param>
    public void HandTo(IReadOnlyList<Parameter> optimised)
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            if (_sums[i] is Tensor sum)
            {
                // A parameter's gradient has its dtype; the copy is none where that is float32.
                using Tensor fitting = sum.to_type(optimised[i].dtype);
                optimised[i].grad = fitting;
                sum.Dispose();
                _sums[i] = null;
            }
        }
    }

    /// <summary>A part of the sum, for verification; null where nothing reached the parameter. Stays owned here.</summary>
    /// <param name="parameter">The parameter's index.</param>
    public Tensor? this[int parameter] => _sums[parameter];

    /// <summary>Drops what was added.</summary>
    public void Clear()
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i]?.Dispose();
            _sums[i] = null;
        }
    }

    public void Dispose() => Clear();
}

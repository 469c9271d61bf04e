using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Optimization;

/// <summary>Shortens a gradient that is longer than a limit; its direction stays.</summary>
internal static class GradientClipping
{
    /// <summary>What a gradient is multiplied by: 1 within the limit, else limit / norm.</summary>
    /// <param name="norm">The gradient's norm, finite.</param>
    /// <param name="limit">Above 0.</param>
    public static double Factor(double norm, double limit) => norm > limit ? limit / norm : 1;

    /// <summary>Scales all gradients in place so that their norm together is at most the limit.</summary>
    /// <param name="parameters">Those without a gradient are passed over.</param>
    /// <param name="norm">The norm of all gradients together, finite.</param>
    /// <param name="limit">Above 0.</param>
    /// <returns>The factor; at 1 nothing was touched.</returns>
    public static double Clip(IReadOnlyList<Parameter> parameters, double norm, double limit)
    {
        double factor = Factor(norm, limit);
        if (factor < 1)
        {
            using IDisposable noGrad = no_grad();
            using Scalar scale = Scalars.Own(factor);
            foreach (Parameter parameter in parameters)
            {
                parameter.grad?.mul_(scale);
            }
        }

        return factor;
    }
}

using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients;

/// <summary>Every way to combine gradients, by the name it has in a recipe. A new one is a new line here.</summary>
internal static class GradientMethods
{
    /// <summary>The method that the settings name, with its options.</summary>
    /// <param name="settings">The recipe's section.</param>
    public static IGradientMethod Create(GradientSettings settings) => settings.Method switch
    {
        GradientMethod.Sum => new Sum(),
        GradientMethod.SumPerCapability => new SumPerCapability(),
        GradientMethod.Agp => new Agp(settings.Support),
        GradientMethod.G1 => new G1(settings.Support),
        GradientMethod.G2 => new G2(settings.Support),
        GradientMethod.Pcgrad => new PcGrad(settings.Support),
        GradientMethod.Gradvac => new GradVac(settings.GradvacBeta, settings.Support),
        GradientMethod.Cagrad => new CaGrad(settings.CagradC),
        GradientMethod.Mgda => new Mgda(),
        GradientMethod.ImtlG => new ImtlG(),
        GradientMethod.NashMtl => new NashMtl(),
        GradientMethod.AlignedMtl => new AlignedMtl(settings.AlignedScale),
        GradientMethod.Upgrad => new UpGrad(),
        GradientMethod.Dualproj => new DualProj(),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Method, "No method has this name."),
    };
}

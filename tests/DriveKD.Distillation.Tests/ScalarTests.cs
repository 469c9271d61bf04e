using DriveKD.Distillation.Training;
using DriveKD.Models.InternVL;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests;

public class ScalarTests
{
    [Theory]
    [InlineData(typeof(InternVLModel))]
    [InlineData(typeof(DistillTrainer))]
    public void Assembly_NumbersAsOperands_ComeFromScalars(Type typeOfAssembly) =>
        Assert.False(
            ImplicitScalars.AreIn(typeOfAssembly),
            "a number is converted to a Scalar in place; take it from DriveKD.Models.Tensors.Scalars, whose page says why");

    [Fact]
    public void AreIn_ThisAssembly_SeesTheConversion()
    {
        using TorchSharp.torch.Tensor one = TorchSharp.torch.ones(1);
        using TorchSharp.torch.Tensor two = one.mul(2.0);
        Assert.Equal(2, two.item<float>());
        Assert.True(ImplicitScalars.AreIn(typeof(ScalarTests)));
    }
}

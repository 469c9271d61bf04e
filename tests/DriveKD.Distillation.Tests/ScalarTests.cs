using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests;

public class ScalarTests
{
    [Theory]
    [InlineData(typeof(VisionLanguageModel))]
    [InlineData(typeof(DistillTrainer))]
    public void Assembly_CallsIntoTorchSharp_MakeNoShortLivedScalars(Type typeOfAssembly)
    {
        IReadOnlyList<string> calls = ShortLivedScalars.CallsIn(typeOfAssembly);
        Assert.True(calls.Count == 0, "see DriveKD.Models.Tensors.Scalars for what to call instead:\n" + string.Join('\n', calls));
    }

    [Fact]
    public void CallsIn_ThisAssembly_SeesTheConversionAndTheHiddenFactor()
    {
        using TorchSharp.torch.Tensor one = TorchSharp.torch.ones(1);
        using TorchSharp.torch.Tensor two = one.mul(2.0);
        using TorchSharp.torch.Tensor three = one.add(two);
        Assert.Equal(3, three.item<float>());
        IReadOnlyList<string> calls = ShortLivedScalars.CallsIn(typeof(ScalarTests));
        Assert.Contains(calls, call => call.Contains("op_Implicit", StringComparison.Ordinal));
        Assert.Contains(calls, call => call.Contains("Tensor.add(Tensor)", StringComparison.Ordinal));
    }
}

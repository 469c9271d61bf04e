using CsCheck;
using DriveKD.Distillation.Signals;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

/// <remarks>Shapes: S positions, C the student's channels, D the teacher's, V vocabulary.</remarks>
public class ChunkedDivergenceTests
{
    private const int Positions = 5;
    private const int Vocabulary = 37;

    // The explicit form rounds too; both are float32.
    private const double LossTolerance = 1e-6;
    private const double GradientTolerance = 1e-5;

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(8, 1.0)]
    [InlineData(36, 4.0)]
    [InlineData(37, 0.5)]
    [InlineData(4096, 2.0)]
    public void Of_AnyPieceSize_EqualsTheExplicitDivergenceInValueAndGradient(int pieceSize, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor student, Tensor studentHead, Tensor teacher, Tensor teacherHead) = Inputs(ScalarType.Float32);

        Tensor loss = ChunkedDivergence.Of(student, studentHead, teacher, teacherHead, temperature, pieceSize);
        Tensor expected = Explicit(student, studentHead, teacher, teacherHead, temperature);

        Assert.Equal(expected.item<float>(), loss.item<float>(), LossTolerance);
        AssertSameGradients(expected, loss, [student, studentHead]);
    }

    [Fact]
    public void Of_RandomLogits_EqualsDirectArithmetic()
    {
        // States that are unit vectors: the head's rows are the logits.
        Gen.Select(Gen.Double[-20, 20].Array[3, 12], Gen.Double[-20, 20].Array[3, 12], Gen.Int[1, 13], Gen.Double[0.5, 5]).Sample((a, b, piece, temperature) =>
        {
            int tokens = Math.Min(a.Length, b.Length);
            using DisposeScope scope = NewDisposeScope();
            Tensor one = ones(1, 1);
            Tensor loss = ChunkedDivergence.Of(one, a[..tokens].ToTensor(tokens, 1), one, b[..tokens].ToTensor(tokens, 1), temperature, piece);
            double[] Rounded(double[] values) => [.. values[..tokens].Select(value => (double)(float)value)];
            double expected = ReferenceLosses.Divergence(Rounded(a), Rounded(b), 1, temperature);
            Assert.Equal(expected, loss.item<float>(), 1e-5 * Math.Max(1, temperature * temperature * 40));
        }, iter: 200);
    }

    [Fact]
    public void Of_Bfloat16_IsComputedInFloat32AndGivesBfloat16Gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor student, Tensor studentHead, Tensor teacher, Tensor teacherHead) = Inputs(ScalarType.BFloat16);

        Tensor loss = ChunkedDivergence.Of(student, studentHead, teacher, teacherHead, 2, 8);
        Tensor expected = Explicit(student, studentHead, teacher, teacherHead, 2);

        Assert.Equal(ScalarType.Float32, loss.dtype);
        Assert.Equal(expected.item<float>(), loss.item<float>(), LossTolerance);
        IList<Tensor> gradients = autograd.grad([loss], [student, studentHead]);
        Assert.All(gradients, gradient => Assert.Equal(ScalarType.BFloat16, gradient.dtype));
        IList<Tensor> references = autograd.grad([expected], [student, studentHead]);
        // One rounding to 8 bits.
        RandomMaps.AssertClose(references[0].ToDoubles(), gradients[0].ToDoubles(), 1.0 / 256, "states");
        RandomMaps.AssertClose(references[1].ToDoubles(), gradients[1].ToDoubles(), 1.0 / 256, "head");
    }

    [Fact]
    public void Of_SharedGraphDifferentiatedPerTask_GivesEachTaskItsGradientEveryTime()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor leaf, Tensor head, Tensor teacher, Tensor teacherHead) = Inputs(ScalarType.Float32);
        Tensor shared = leaf.tanh();
        Tensor first = ChunkedDivergence.Of(shared, head, teacher, teacherHead, 1, 8);
        Tensor second = ChunkedDivergence.Of(shared, head, teacher, teacherHead, 3, 8);
        Tensor third = shared.mul(shared).mean();
        double[] alone = autograd.grad([second], [leaf], retain_graph: true)[0].ToDoubles();
        for (int pass = 0; pass < 3; pass++)
        {
            foreach (Tensor task in (Tensor[])[first, third, second])
            {
                IList<Tensor> gradients = autograd.grad([task], [leaf, head], retain_graph: true, allow_unused: true);
                if (ReferenceEquals(task, second))
                {
                    Assert.Equal(alone, gradients[0].ToDoubles());
                }
            }

            Collect();
        }

        AssertSameGradients(Explicit(shared, head, teacher, teacherHead, 1), first, [leaf, head]);
        first.add(second).backward();
        Assert.NotNull(leaf.grad);
        RandomMaps.AssertClose(
            autograd.grad([Explicit(leaf.tanh(), head, teacher, teacherHead, 1).add(Explicit(leaf.tanh(), head, teacher, teacherHead, 3))], [head])[0].ToDoubles(),
            head.grad!.ToDoubles(), GradientTolerance, "head");
    }

    [Fact]
    public void Of_FrozenHead_GivesTheStatesAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor student, Tensor studentHead, Tensor teacher, Tensor teacherHead) = Inputs(ScalarType.Float32);
        Tensor frozen = studentHead.detach();
        Tensor loss = ChunkedDivergence.Of(student, frozen, teacher, teacherHead, 1, 8);
        AssertSameGradients(Explicit(student, frozen, teacher, teacherHead, 1), loss, [student]);
        using IDisposable noGrad = no_grad();
        Assert.False(ChunkedDivergence.Of(student, frozen, teacher, teacherHead, 1, 8).requires_grad);
    }

    [Fact]
    public void Of_ForwardAndBackward_LeaveNoTensorBehind()
    {
        (Tensor student, Tensor studentHead, Tensor teacher, Tensor teacherHead) = Inputs(ScalarType.Float32);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor loss = ChunkedDivergence.Of(student, studentHead, teacher, teacherHead, 1, 8);
            autograd.grad([loss], [student, studentHead], retain_graph: true);
            autograd.grad([loss], [student, studentHead]);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        foreach (Tensor tensor in (Tensor[])[student, studentHead, teacher, teacherHead])
        {
            tensor.Dispose();
        }
    }

    [Fact]
    public void Of_OtherVocabulary_NamesBoth()
    {
        using DisposeScope scope = NewDisposeScope();
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ChunkedDivergence.Of(ones(2, 3), ones(5, 3), ones(2, 4), ones(6, 4), 1));
        Assert.Contains("5 tokens", exception.Message, StringComparison.Ordinal);
    }

    private static (Tensor Student, Tensor StudentHead, Tensor Teacher, Tensor TeacherHead) Inputs(ScalarType dtype)
    {
        Tensor Make(ulong seed, double scale, params long[] shape)
        {
            using DisposeScope scope = NewDisposeScope();
            return RandomMaps.Values(seed, (int)(shape[0] * shape[1]), scale).ToTensor(shape).to_type(dtype).clone().MoveToOuterDisposeScope();
        }

        return (Make(1, 4, Positions, 6).requires_grad_(), Make(2, 2, Vocabulary, 6).requires_grad_(), Make(3, 4, Positions, 9), Make(4, 2, Vocabulary, 9));
    }

    private static Tensor Explicit(Tensor student, Tensor studentHead, Tensor teacher, Tensor teacherHead, double temperature)
    {
        Tensor LogProbabilities(Tensor states, Tensor head) =>
            nn.functional.log_softmax(states.to_type(ScalarType.Float32).matmul(head.to_type(ScalarType.Float32).t()).div(temperature), 1);
        Tensor s = LogProbabilities(student, studentHead);
        Tensor t = LogProbabilities(teacher, teacherHead);
        return t.exp().mul(t.sub(s)).sum(1).mean().mul(temperature * temperature);
    }

    private static void AssertSameGradients(Tensor expected, Tensor actual, Tensor[] inputs)
    {
        IList<Tensor> references = autograd.grad([expected], inputs, retain_graph: true);
        IList<Tensor> gradients = autograd.grad([actual], inputs, retain_graph: true);
        for (int i = 0; i < inputs.Length; i++)
        {
            RandomMaps.AssertClose(references[i].ToDoubles(), gradients[i].ToDoubles(), GradientTolerance, $"input {i}");
        }
    }

    /// <summary>What only the graph holds must survive.</summary>
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}

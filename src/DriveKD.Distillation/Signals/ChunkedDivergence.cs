using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// The KL divergence of a student's next-token distributions from a teacher's, from final states and heads, without ever holding
/// logits [S, V]: the vocabulary passes in pieces, once forward and once more in each backward pass. Differentiable once, in the
/// student's states and head; the graph may be kept and differentiated again.
/// </summary>
/// <remarks>
/// Shapes: S positions, C the student's channels, D the teacher's, V vocabulary, K tokens of one piece. With t and s the logits over
/// tau, p and q their softmax: KL = sum_j p_j (t_j - s_j) - log sum exp t + log sum exp s, of which every sum can be gathered piece
/// by piece; d KL / d s = q - p.
/// </remarks>
public static class ChunkedDivergence
{
    /// <summary>tau^2 times the mean over positions of KL(softmax(teacher / tau) || softmax(student / tau)).</summary>
    /// <param name="student_SC">The student's final states, float32 or bfloat16.</param>
    /// <param name="studentHead_VC">Its head.</param>
    /// <param name="teacher_SD">The teacher's final states; constant.</param>
    /// <param name="teacherHead_VD">Its head; constant.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <param name="pieceSize">Tokens per piece: only memory and speed depend on it.</param>
    /// <returns>A float32 scalar.</returns>
    public static Tensor Of(
        Tensor student_SC, Tensor studentHead_VC, Tensor teacher_SD, Tensor teacherHead_VD, double temperature, int pieceSize = VocabularyChunks.Size)
    {
        VocabularyChunks.Check(student_SC, studentHead_VC, pieceSize);
        VocabularyChunks.Check(teacher_SD, teacherHead_VD, pieceSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (student_SC.shape[0] != teacher_SD.shape[0] || studentHead_VC.shape[0] != teacherHead_VD.shape[0])
        {
            throw new ArgumentException(
                $"The student has {student_SC.shape[0]} positions and {studentHead_VC.shape[0]} tokens, the teacher {teacher_SD.shape[0]} and "
                + $"{teacherHead_VD.shape[0]}: both must have the same.", nameof(teacher_SD));
        }

        using DisposeScope scope = NewDisposeScope();
        return Function.apply(student_SC, studentHead_VC, teacher_SD, teacherHead_VD, temperature, pieceSize).MoveToOuterDisposeScope();
    }

    private static Tensor Wide(Tensor states, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar inverse = Scalars.Own(1 / temperature);
        return states.to_type(ScalarType.Float32).mul(inverse).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(ChunkedDivergence);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            (Tensor student_SC, Tensor studentHead_VC) = ((Tensor)vars[0], (Tensor)vars[1]);
            (Tensor teacher_SD, Tensor teacherHead_VD) = ((Tensor)vars[2], (Tensor)vars[3]);
            (double temperature, int pieceSize) = ((double)vars[4], (int)vars[5]);
            using DisposeScope scope = NewDisposeScope();
            using RunningExponentials student = new();
            using RunningExponentials teacher = new();
            Tensor wideStudent_SC = Wide(student_SC, temperature);
            Tensor wideTeacher_SD = Wide(teacher_SD, temperature);
            foreach ((long, long) piece in VocabularyChunks.Of(studentHead_VC.shape[0], pieceSize))
            {
                using DisposeScope pieceScope = NewDisposeScope();
                Tensor student_SK = wideStudent_SC.matmul(VocabularyChunks.Rows(studentHead_VC, piece).t());
                Tensor teacher_SK = wideTeacher_SD.matmul(VocabularyChunks.Rows(teacherHead_VD, piece).t());
                student.Add(student_SK);
                teacher.Add(teacher_SK, teacher_SK.sub(student_SK));
            }

            Tensor divergence_S1 = teacher.Mean_S1().sub(teacher.LogSum_S1()).Plus(student.LogSum_S1());
            using Scalar factor = Scalars.Own(temperature * temperature);
            List<Tensor> sums = [student.Greatest_S1, student.Sum_S1, teacher.Greatest_S1, teacher.Sum_S1];
            // What libtorch would be given in place of an absent gradient is bound to a scope that has ended by then.
            ctx.set_materialize_grads(false);
            ctx.save_for_backward([student_SC, studentHead_VC, teacher_SD, teacherHead_VD, .. sums.Select(sum => sum.alias().MoveToOuterDisposeScope())]);
            ctx.save_data(nameof(temperature), temperature);
            ctx.save_data(nameof(pieceSize), pieceSize);
            return divergence_S1.mean().mul(factor).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            if (grad_output.IsInvalid)
            {
                return [null!, null!, null!, null!, null!, null!];
            }

            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            double temperature = (double)ctx.get_data(nameof(temperature));
            int pieceSize = (int)ctx.get_data(nameof(pieceSize));
            List<Tensor> saved = ctx.get_saved_variables();
            (Tensor student_SC, Tensor studentHead_VC, Tensor teacher_SD, Tensor teacherHead_VD) = (saved[0], saved[1], saved[2], saved[3]);
            Tensor wideStudent_SC = Wide(student_SC, temperature);
            Tensor wideTeacher_SD = Wide(teacher_SD, temperature);
            // d loss / d logits = tau^2 / S / tau (q - p). The states carry one 1 / tau already: the head's gradient takes it from there,
            // the states' from here.
            using Scalar factor = Scalars.Own(temperature * temperature / student_SC.shape[0]);
            using Scalar inverse = Scalars.Own(1 / temperature);
            Tensor scale = grad_output.mul(factor);
            HeadGradients gradients = new(student_SC, wideStudent_SC, studentHead_VC);
            foreach ((long, long) piece in VocabularyChunks.Of(studentHead_VC.shape[0], pieceSize))
            {
                using DisposeScope pieceScope = NewDisposeScope();
                Tensor rows_KC = VocabularyChunks.Rows(studentHead_VC, piece);
                Tensor student_SK = RunningExponentials.Probabilities(wideStudent_SC.matmul(rows_KC.t()), saved[4], saved[5]);
                Tensor teacher_SK = RunningExponentials.Probabilities(
                    wideTeacher_SD.matmul(VocabularyChunks.Rows(teacherHead_VD, piece).t()), saved[6], saved[7]);
                gradients.Add(piece, student_SK.sub(teacher_SK).mul(scale), rows_KC);
            }

            List<Tensor?> results = [gradients.States_SC(inverse).MoveToOuterDisposeScope(), gradients.Head_VC?.MoveToOuterDisposeScope(), null, null, null, null];
            // On a thread without a scope nothing else would hold the results until libtorch has taken them over.
            ctx.save_data(nameof(results), results);
            GC.KeepAlive(grad_output);
            return results!;
        }
    }
}

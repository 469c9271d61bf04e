using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>How a capability's teacher and the untrained student answer its test questions.</summary>
/// <param name="Capability">The capability.</param>
/// <param name="Questions">Its test questions.</param>
/// <param name="TeacherRight">Those that the teacher answers exactly.</param>
/// <param name="BaseRight">Those that the untrained student does.</param>
public sealed record QuickstartScore(Capability Capability, int Questions, int TeacherRight, int BaseRight)
{
    /// <summary>The teacher's share.</summary>
    public double Teacher => (double)TeacherRight / Questions;

    /// <summary>The untrained student's share.</summary>
    public double Base => (double)BaseRight / Questions;

    /// <summary>The teacher's 95 % interval over questions.</summary>
    public Interval TeacherInterval => WilsonInterval.Of(TeacherRight, Questions);

    /// <summary>The untrained student's.</summary>
    public Interval BaseInterval => WilsonInterval.Of(BaseRight, Questions);

    /// <summary>Counts answers.</summary>
    /// <param name="capability">The capability.</param>
    /// <param name="teacher">The teacher's answers to its questions.</param>
    /// <param name="student">The untrained student's answers, of all capabilities.</param>
    /// <exception cref="ArgumentException">They answered different numbers of questions, or none.</exception>
    public static QuickstartScore Of(Capability capability, IReadOnlyList<CompareAnswer> teacher, IReadOnlyList<CompareAnswer> student)
    {
        CompareAnswer[] own = [.. student.Where(answer => answer.Capability == capability)];
        return own.Length > 0 && own.Length == teacher.Count
            ? new QuickstartScore(capability, own.Length, teacher.Count(answer => answer.Exact), own.Count(answer => answer.Exact))
            : throw new ArgumentException($"{capability}: {teacher.Count} answers of the teacher, {own.Length} of the student.", nameof(teacher));
    }
}

using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Signals;

/// <summary>Makes signals as recipes ask for them.</summary>
internal static class SignalRegistry
{
    /// <summary>One teacher's signal.</summary>
    /// <param name="settings">The recipe's section.</param>
    /// <param name="role">The teacher's capability.</param>
    /// <param name="student">The student.</param>
    /// <param name="teacher">The teacher.</param>
    /// <exception cref="InputException">A model has no such layers; both models' problems at once.</exception>
    public static ISignal Create(SignalSettings settings, Capability role, SignalModel student, SignalModel teacher)
    {
        if (settings.Kind == SignalKind.Logits)
        {
            return new LogitSignal(role, settings.Temperature);
        }

        string section = $"distillation.signals.{role.ToString().ToLowerInvariant()}";
        List<Problem> problems = [];
        IReadOnlyList<int> studentLayers = Layers(settings.StudentLayers, student, section + ".student_layers", problems);
        IReadOnlyList<int> teacherLayers = Layers(settings.TeacherLayers, teacher, section + ".teacher_layers", problems);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        return settings.Kind switch
        {
            SignalKind.Attention => new AttentionSignal(role, settings, studentLayers, teacherLayers),
            SignalKind.HiddenStates => new HiddenStateSignal(role, settings, studentLayers, teacherLayers, student.Config.HiddenSize, teacher.Config.HiddenSize),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, null),
        };
    }

    private static IReadOnlyList<int> Layers(LayerRange range, SignalModel model, string key, List<Problem> problems)
    {
        try
        {
            return SignalLayers.Of(range, model.Config.Layers, key, model.Where);
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems);
            return [];
        }
    }
}

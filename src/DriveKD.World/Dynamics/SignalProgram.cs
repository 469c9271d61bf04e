using DriveKD.World.Roads;

namespace DriveKD.World.Dynamics;

/// <summary>The fixed program of a junction with two groups of signals: green, yellow, all red, and the other group likewise.</summary>
/// <param name="offset">Where in its cycle the program stands when the scene begins, in seconds.</param>
internal sealed class SignalProgram(double offset)
{
    /// <summary>Seconds.</summary>
    public const double Cycle = 2 * (Green + Yellow + AllRed);

    private const double Green = 15;
    private const double Yellow = 3;
    private const double AllRed = 2;

    /// <summary>What a group shows.</summary>
    public SignalPhase At(double time, int group)
    {
        double part = Part(time, group);
        return part < Green ? SignalPhase.Green : part < Green + Yellow ? SignalPhase.Yellow : SignalPhase.Red;
    }

    /// <summary>Seconds until a group is green again; 0 where it is not red.</summary>
    public double RemainingRed(double time, int group) => At(time, group) == SignalPhase.Red ? Cycle - Part(time, group) : 0;

    private double Part(double time, int group)
    {
        double turns = (time + offset + (group * Cycle / 2)) / Cycle;
        return (turns - Math.Floor(turns)) * Cycle;
    }
}

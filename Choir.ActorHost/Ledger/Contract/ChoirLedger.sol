// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A public record of finished cycles.
/// @notice Anybody may record a cycle's hash, once. The contract holds nothing and has no owner.
contract ChoirLedger {
    /// @notice A cycle was recorded.
    /// @param cycleHash The hash of the cycle's canonical form.
    /// @param threadHash The hash of the identifier of the thread that the cycle belongs to.
    /// @param author On whose behalf it was recorded; the sender vouches for it.
    event CycleRecorded(bytes32 indexed cycleHash, bytes32 indexed threadHash, address indexed author);

    /// @notice The cycle had been recorded before.
    error AlreadyRecorded(bytes32 cycleHash);

    /// @notice Whether a cycle is recorded.
    mapping(bytes32 cycleHash => bool) public recorded;

    /// @notice Records a cycle; reverts with AlreadyRecorded if it is recorded.
    function record(bytes32 cycleHash, bytes32 threadHash, address author) external {
        if (recorded[cycleHash]) revert AlreadyRecorded(cycleHash);
        recorded[cycleHash] = true;
        emit CycleRecorded(cycleHash, threadHash, author);
    }
}
